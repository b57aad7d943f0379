/**
 * The inputs of a map on their way to works: drawn one by one, encoded, and handed out in ranges.
 *
 *   0 ── taken ── drawn ── end
 *        └ entries ┘
 */

import { Deque } from "../deque.ts";
import { encodeArguments, type Passage } from "../functions/encoding.ts";
import { type Entry, itemsOf, takeTogether } from "../scheduling/entries.ts";
import type { Items } from "../transports/transport.ts";
import type { Drawn, Inputs } from "./inputs.ts";
import { NumberQueue } from "./number-queue.ts";

export interface SupplySetup {
  readonly inputs: Inputs;
  readonly transfer: readonly object[] | undefined;
  readonly passage: Passage;
  /** Draw as lanes have room; otherwise as far ahead as `wantsMore` says. */
  readonly isLazy: boolean;
  readonly wantsMore: () => boolean;
  /** The item at `index` ends here: it could not be encoded, or the input itself threw. */
  readonly failed: (index: number, error: unknown) => void;
  /** How many there are is known. */
  readonly ended: (total: number) => void;
  /** An asynchronous input has brought something, or its end. */
  readonly cameLater: () => void;
}

export class Supply {
  readonly #setup: SupplySetup;
  /** Drawn and not yet taken: numbers with nothing else before them, then entries; undefined for what could not be encoded. */
  #numbers = new NumberQueue();
  #entries = new Deque<Entry | undefined>();
  #drawn = 0;
  #taken = 0;
  #bytes = 0;
  /** The last one drawn hands something over. */
  #handedOver = false;
  /** `waiting` for an asynchronous input. */
  #state: "open" | "waiting" | "ended" = "open";

  constructor(setup: SupplySetup) {
    this.#setup = setup;
  }

  get isLazy(): boolean {
    return this.#setup.isLazy;
  }

  get drawn(): number {
    return this.#drawn;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Drawn, or to be drawn as soon as somebody wants it. */
  get ready(): number {
    const { inputs, isLazy } = this.#setup;
    const undrawn = isLazy && this.#state === "open" ? (inputs.size as number) - this.#drawn : 0;
    return this.#waiting + undrawn;
  }

  /** Does the next input hand something over? One that is not drawn yet is taken for one like the last. */
  get isExclusive(): boolean {
    const next = this.#entries.peek();
    if (this.#numbers.size > 0 || typeof next === "number") return false;
    return next === undefined ? this.#handedOver : next.transfer.length > 0;
  }

  /** Mean bytes of an input. */
  get meanBytes(): number {
    return this.#drawn === 0 ? Infinity : this.#bytes / this.#drawn;
  }

  get hasEnded(): boolean {
    return this.#state === "ended";
  }

  /** Nothing is left to take, and nothing will be. */
  get isUsedUp(): boolean {
    this.#skipFailed();
    const { inputs, isLazy } = this.#setup;
    const isExhausted = isLazy && inputs.values === undefined && this.#drawn === inputs.size;
    if (isExhausted && this.#state === "open") this.#state = "ended";
    return this.#state === "ended" && this.#waiting === 0;
  }

  get #waiting(): number {
    return this.#numbers.size + this.#entries.size;
  }

  drawAhead(): void {
    const { isLazy, wantsMore } = this.#setup;
    if (isLazy) return;
    while (this.#state === "open" && wantsMore()) this.#drawOne();
  }

  /** Up to `want` items, encoded, and the index of the first; undefined when there is none now. */
  take(want: number): { readonly items: Items; readonly first: number } | undefined {
    const items = this.#cut(want);
    if (items === undefined) return undefined;
    const first = this.#taken;
    this.#taken += items.count;
    return { items, first };
  }

  /** The input itself has failed: that is the failure at this place, and the end. */
  fail(error: unknown): void {
    const { failed, ended } = this.#setup;
    this.#state = "ended";
    this.#entries.push(undefined);
    const index = this.#drawn++;
    ended(this.#drawn);
    failed(index, error);
  }

  /**
   * Nothing more is taken or drawn. A stream whose length nobody will know ends here, one item further: so that its
   * reader hears of it. Returns what is left: items from `from` may have been drawn, all from `written` on never were.
   */
  drop(): { readonly from: number; readonly written: number; readonly end: number } {
    const { inputs, ended } = this.#setup;
    const wasOpen = this.#state !== "ended";
    if (wasOpen) {
      this.#state = "ended";
      inputs.close();
    }
    const from = this.#taken;
    const end = inputs.size ?? (wasOpen ? this.#drawn + 1 : this.#drawn);
    const written = Math.max(this.#drawn, from);
    this.#numbers = new NumberQueue();
    this.#entries = new Deque();
    this.#taken = this.#drawn = end;
    ended(end);
    return { from, written, end };
  }

  #cut(want: number): Items | undefined {
    const { isLazy, inputs } = this.#setup;
    const { values } = inputs;
    if (values !== undefined && isLazy) {
      const from = this.#drawn;
      const count = Math.min(want, values.length - from);
      if (this.#state === "ended" || count <= 0) return undefined;
      this.#drawn += count;
      if (this.#drawn === values.length) this.#state = "ended";
      return { kind: "numbers", count, values: values.subarray(from, from + count) };
    }
    if (isLazy && this.#state === "open" && this.#waiting === 0) {
      const numbers = inputs.numbers?.(want);
      if (numbers !== undefined && numbers.length > 0) {
        this.#drawn += numbers.length;
        if (this.#drawn === inputs.size) this.#state = "ended";
        return { kind: "numbers", count: numbers.length, values: numbers };
      }
    }
    if (isLazy) while (this.#state === "open" && this.#waiting < want) this.#drawOne();
    if (this.#numbers.size > 0) {
      const taken = this.#numbers.take(want);
      return { kind: "numbers", count: taken.length, values: taken };
    }
    this.#skipFailed();
    const taken = takeTogether(this.#entries, want);
    return taken.length === 0 ? undefined : itemsOf(taken, (value) => encodeArguments([value], "again"));
  }

  /** Inputs that could not be encoded have failed already: step over them. */
  #skipFailed(): void {
    while (this.#numbers.size === 0 && this.#entries.size > 0 && this.#entries.peek() === undefined) {
      this.#entries.shift();
      this.#taken++;
    }
  }

  #drawOne(): void {
    try {
      const drawn = this.#setup.inputs.next();
      if (!(drawn instanceof Promise)) return this.#drew(drawn);
      this.#state = "waiting";
      drawn.then(
        (later) => this.#came(() => this.#drew(later)),
        (error: unknown) => this.#came(() => this.fail(error)),
      );
    } catch (error) {
      this.fail(error);
    }
  }

  #came(step: () => void): void {
    if (this.#state !== "waiting") return; // dropped meanwhile
    this.#state = "open";
    step();
    this.drawAhead();
    this.#setup.cameLater();
  }

  #drew(drawn: Drawn): void {
    const { failed, ended, transfer, passage } = this.#setup;
    if ("end" in drawn) {
      this.#state = "ended";
      return ended(this.#drawn);
    }
    const { args } = drawn;
    const index = this.#drawn++;
    if (args.length === 1 && typeof args[0] === "number") {
      if (this.#entries.size === 0) this.#numbers.push(args[0]);
      else this.#entries.push(args[0]);
      return;
    }
    try {
      const payload = encodeArguments(args, passage, transfer);
      this.#bytes += payload.size;
      this.#handedOver = payload.transfer.length > 0;
      this.#entries.push(payload);
    } catch (error) {
      this.#entries.push(undefined);
      failed(index, error);
    }
  }
}
