/**
 * Calls of one function that were submitted one after the other in a turn: they wait, and go to lanes, as items of few works,
 * as those of a map do. Alone each would cost a slot, a record and a work of its own, most of what a small call costs.
 * To their tasks, their errors and whoever cancels one they are what they are: calls by themselves (`separate`).
 */

import type { Items } from "../transports/transport.ts";
import { Encoded } from "../wire/payload.ts";
import type { Next } from "./backlog.ts";
import { type Entry, isSolitary, joined } from "./entries.ts";
import { Submission } from "./submission.ts";
import { type Order, type Ticket, Work } from "./work.ts";

/** A work takes no more than this of encoded arguments: a lane is given them in one piece. */
const MOST_BYTES = 65_536;

export class Bunch implements Ticket, Next {
  readonly separate = true;
  readonly order: Order;
  /** `performance.now()` of the first submit. */
  readonly submittedAt: number;
  /** Calls that no work has yet and that somebody still wants. */
  waiting = 0;
  readonly #isOfNumbers: boolean;
  readonly #entries: Entry[] = [];
  /** By index; those that were cancelled before a work had them are missing. */
  readonly #submissions: (Submission<unknown> | undefined)[] = [];
  #taken = 0;

  constructor(order: Order, submittedAt: number, first: Entry) {
    this.order = order;
    this.submittedAt = submittedAt;
    this.#isOfNumbers = typeof first === "number";
  }

  /** A bunch of the one call that waits in this work, if it and another with this entry can be one. */
  static of({ order, items, state, submittedAt, ticket }: Work, next: Entry): Bunch | undefined {
    if (state !== "queued" || !(ticket instanceof Submission)) return undefined;
    const entry = items.kind === "number" ? items.value : items.kind === "one" ? items.payload : undefined;
    if (entry === undefined || isSolitary(entry)) return undefined;
    const bunch = new Bunch(order, submittedAt, entry);
    if (!bunch.takesIn(order, next)) return undefined;
    bunch.add(entry, ticket);
    return bunch;
  }

  get fnId(): number {
    return this.order.fn.definition.id;
  }

  get taskMs(): number | undefined {
    return this.order.time.ms;
  }

  get exclusive(): boolean {
    return false;
  }

  get nested(): boolean {
    return this.order.nested;
  }

  get grows(): boolean {
    return false;
  }

  /** Does a call of this order, with such an entry, belong here? */
  takesIn(order: Order, entry: Entry): boolean {
    return order === this.order && (typeof entry === "number") === this.#isOfNumbers && !isSolitary(entry);
  }

  add(entry: Entry, submission: Submission<unknown>): void {
    submission.waitIn(this, this.#submissions.length);
    this.#entries.push(entry);
    this.#submissions.push(submission);
    this.waiting++;
  }

  /** A call that no work has is not wanted any more. */
  drop(index: number): void {
    this.#submissions[index] = undefined;
    this.waiting--;
  }

  /** A work of the next calls, `most` at most; undefined where nobody waits. */
  take(most: number): Work | undefined {
    while (this.#taken < this.#entries.length && this.#submissions[this.#taken] === undefined) this.#taken++;
    const first = this.#taken;
    let end = first;
    for (let bytes = 0; end < this.#entries.length && end - first < most; end++) {
      if (this.#submissions[end] === undefined) break;
      const entry = this.#entries[end] as Entry;
      if (typeof entry === "number") continue;
      bytes += entry.length;
      if (bytes > MOST_BYTES && end > first) break;
    }
    if (end === first) return undefined;
    this.#taken = end;
    this.waiting -= end - first;
    const work = new Work(this.order, this.#items(first, end), this, this.submittedAt, first);
    // The arguments are in the work now.
    if (!this.#isOfNumbers) this.#entries.fill(NOTHING, first, end);
    this.joined(work);
    return work;
  }

  #items(from: number, to: number): Items {
    const entries = this.#entries.slice(from, to);
    if (this.#isOfNumbers) return { kind: "numbers", count: to - from, values: Float64Array.from(entries as number[]) };
    return joined(entries as Encoded[]);
  }

  isOpen(index: number): boolean {
    return this.#submissions[index]?.isOpen() === true;
  }

  value(index: number, value: unknown): void {
    this.#settled(index)?.value(0, value);
  }

  numbers(first: number, values: Float64Array): void {
    for (let i = 0; i < values.length; i++) this.#settled(first + i)?.numbers(0, values.subarray(i, i + 1));
  }

  failed(index: number, error: unknown): void {
    this.#settled(index)?.failed(0, error);
  }

  cancelled(first: number, count: number, reason: unknown): void {
    for (let index = first; index < first + count; index++) this.#settled(index)?.cancelled(0, 1, reason);
  }

  progress(index: number, value: unknown): void {
    this.#submissions[index]?.progress(0, value);
  }

  joined(work: Work): void {
    for (let item = 0; item < work.items.count; item++) this.#submissions[work.first + item]?.joined(work, item);
  }

  parted(): void {}

  /** Whom the outcome belongs to, who is forgotten with it. */
  #settled(index: number): Submission<unknown> | undefined {
    const submission = this.#submissions[index];
    this.#submissions[index] = undefined;
    return submission;
  }
}

const NOTHING = Encoded.of(new Uint8Array(0));
