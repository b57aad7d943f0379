/** What waits for a lane: submitted calls, alone or in bunches, and the sources of maps, by priority, in the order they came. */

import { Deque } from "../deque.ts";
import type { Bunch } from "./bunch.ts";
import { type Order, Work } from "./work.ts";

/** What is known of a work before it is taken: of itself, or of the source that will cut it. */
export interface Next {
  /** Definition id of its function. */
  readonly fnId: number;
  /** Mean ms an item, if measured. */
  readonly taskMs: number | undefined;
  readonly exclusive: boolean;
  /** Submitted, or its map called, from inside a task of the same room. */
  readonly nested: boolean;
  /** More of it may come. */
  readonly grows: boolean;
}

/** Makes works on demand: a map, which knows its items but cuts them into calls only as lanes have room. */
export interface Source extends Next {
  readonly priority: number;
  /** Items it could give now, as far as it knows. */
  readonly remaining: number;
  /** The executor is shutting down: give what was drawn, without waiting for its reader; draw no more from streams. */
  drain(): void;
  /** The executor is broken or killed: nothing will be taken any more. */
  abandon(error: unknown): void;
  /** A work of `wanted` items, or of its own chunk size, but never more than `limit`; undefined when it has none now. */
  take(wanted: number, limit: number): Work | undefined;
}

/** Before everything else: the task that waits for it keeps a lane busy meanwhile. */
const NESTED = Infinity;

const levelOf = ({ nested, policy }: Order): number => (nested ? NESTED : policy.priority);

type Queued = Work | Bunch;

/** Does anybody still want it? */
const isWanted = (queued: Queued): boolean => (queued instanceof Work ? queued.state === "queued" : queued.waiting > 0);

/** One priority's share: works and sources take turns, so that a long map does not shut out single calls. */
class Level {
  readonly priority: number;
  works = new Deque<Queued>();
  readonly sources: Source[] = [];
  /** Whose turn it is: below `sources.length` a source, otherwise the works. */
  turn = 0;

  constructor(priority: number) {
    this.priority = priority;
  }

  get isEmpty(): boolean {
    return this.works.size === 0 && this.sources.length === 0;
  }

  /** Let go of the works that nobody wants any more. */
  sweep(): void {
    const wanted = new Deque<Queued>();
    for (const queued of this.works) if (isWanted(queued)) wanted.push(queued);
    this.works = wanted;
  }
}

/** Below so many, levels or dropped works are not worth a sweep. */
const LEAST_SWEPT = 256;

export class Backlog {
  /** Highest priority first. */
  #levels: Level[] = [];
  /** At so many levels the empty ones are let go: a program may have a priority for every call. */
  #sweepAt = LEAST_SWEPT;
  /** Submitted calls and returned items that are still wanted. */
  #items = 0;
  /** Works that are not but still lie in their queue. */
  #dropped = 0;

  /** Items that wait, as far as sources know. */
  get remaining(): number {
    let remaining = this.#items;
    for (const level of this.#levels) for (const source of level.sources) remaining += source.remaining;
    return remaining;
  }

  get isEmpty(): boolean {
    return this.#items === 0 && this.remaining === 0;
  }

  /** `performance.now()` of the submit that waits longest; undefined where none does. */
  get oldest(): number | undefined {
    let oldest: number | undefined;
    for (const { submittedAt } of this.#wanted()) if (!(submittedAt > (oldest ?? Infinity))) oldest = submittedAt;
    return oldest;
  }

  push(work: Work): void {
    this.#items += work.left;
    this.#level(levelOf(work.order)).works.push(work);
  }

  /** What the next call of this order would stand behind. */
  last(order: Order): Queued | undefined {
    return this.#level(levelOf(order)).works.last;
  }

  /** One more call in the bunch that is last; or the last work becomes a bunch, and has one more. */
  grown(order: Order, bunch: Bunch): void {
    this.#items++;
    const { works } = this.#level(levelOf(order));
    if (works.last !== bunch) works.last = bunch;
  }

  /** To be tried again, or given back by a lane: before everything of its priority. */
  unshift(work: Work): void {
    this.#items += work.left;
    this.#level(levelOf(work.order)).works.unshift(work);
  }

  /** Items of a bunch are not wanted any more. */
  forget(count: number): void {
    this.#items -= count;
  }

  /** A queued work of so many items is not wanted any more. It is skipped when its turn comes, or swept out when most are like it. */
  drop(count: number): void {
    this.#items -= count;
    if (++this.#dropped < LEAST_SWEPT || this.#dropped < this.#items) return;
    this.#dropped = 0;
    // Its caller is about to say so of this work: when the turn is over all have.
    queueMicrotask(() => {
      for (const level of this.#levels) level.sweep();
    });
  }

  addSource(source: Source): void {
    this.#level(source.nested ? NESTED : source.priority).sources.push(source);
  }

  removeSource(source: Source): void {
    const { sources } = this.#level(source.nested ? NESTED : source.priority);
    const index = sources.indexOf(source);
    if (index >= 0) sources.splice(index, 1);
  }

  /** What the next work is, or comes from. */
  peek(): Next | undefined {
    for (const level of this.#levels) {
      const work = this.#first(level);
      const next = work ?? level.sources.find((each) => each.remaining > 0);
      if (next !== undefined) return next;
    }
    return undefined;
  }

  /** The next work; a source cuts one of `wanted` items for it, `limit` at most. */
  take(wanted: number, limit: number): Work | undefined {
    for (const level of this.#levels) {
      const work = this.#takeFrom(level, wanted, limit);
      if (work !== undefined) return work;
    }
    return undefined;
  }

  get sources(): Source[] {
    return this.#levels.flatMap((level) => level.sources);
  }

  /** All that was submitted and waits, as works, for who is going to drop them: bunches are no more. */
  *dissolved(): Generator<Work> {
    for (const queued of [...this.#wanted()]) {
      if (queued instanceof Work) yield queued;
      else for (let work = queued.take(Infinity); work !== undefined; work = queued.take(Infinity)) yield work;
    }
  }

  *#wanted(): Generator<Queued> {
    for (const level of this.#levels) for (const queued of level.works) if (isWanted(queued)) yield queued;
  }

  #takeFrom(level: Level, wanted: number, limit: number): Work | undefined {
    for (let tried = 0; tried <= level.sources.length; tried++) {
      const turn = level.turn % (level.sources.length + 1);
      level.turn = turn + 1;
      const source = level.sources[turn];
      const work =
        source === undefined
          ? this.#takeWork(level, Math.min(wanted, limit))
          : source.remaining > 0
            ? source.take(wanted, limit)
            : undefined;
      if (work !== undefined) return work;
    }
    return undefined;
  }

  #takeWork(level: Level, most: number): Work | undefined {
    const first = this.#first(level);
    const work = first instanceof Work ? first : first?.take(most);
    if (first === undefined || work === undefined) return undefined;
    this.#items -= work.left;
    if (first === work || !isWanted(first)) level.works.shift();
    return work;
  }

  /** The first that is still wanted; those that are not are let go. */
  #first(level: Level): Queued | undefined {
    let first = level.works.peek();
    while (first !== undefined && !isWanted(first)) {
      this.#dropped = Math.max(0, this.#dropped - 1);
      level.works.shift();
      first = level.works.peek();
    }
    return first;
  }

  #level(priority: number): Level {
    const found = this.#levels[this.#place(priority)];
    if (found?.priority === priority) return found;
    if (this.#levels.length >= this.#sweepAt) {
      this.#levels = this.#levels.filter((level) => !level.isEmpty);
      this.#sweepAt = Math.max(LEAST_SWEPT, 2 * this.#levels.length);
    }
    const level = new Level(priority);
    this.#levels.splice(this.#place(priority), 0, level);
    return level;
  }

  /** Where the level of this priority is, or belongs: behind all that are higher. */
  #place(priority: number): number {
    let [from, to] = [0, this.#levels.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#levels[middle] as Level).priority > priority) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
