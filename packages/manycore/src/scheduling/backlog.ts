/** What waits for a lane: submitted works and the sources of maps, by priority, in the order they came. */

import { Deque } from "../deque.ts";
import type { Work } from "./work.ts";

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

const levelOf = (work: Work): number => (work.nested ? NESTED : work.policy.priority);

/** One priority's share: works and sources take turns, so that a long map does not shut out single calls. */
class Level {
  readonly priority: number;
  works = new Deque<Work>();
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
    const wanted = new Deque<Work>();
    for (const work of this.works) if (work.state === "queued") wanted.push(work);
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
  /** Works that are still wanted, and those that are not but still lie in their queue. */
  #works = 0;
  #dropped = 0;

  /** Items that wait, as far as sources know. */
  get remaining(): number {
    let remaining = this.#works;
    for (const level of this.#levels) for (const source of level.sources) remaining += source.remaining;
    return remaining;
  }

  /** Works that wait; the items of sources not counted. */
  get works(): number {
    return this.#works;
  }

  get isEmpty(): boolean {
    return this.#works === 0 && this.remaining === 0;
  }

  push(work: Work): void {
    this.#works++;
    this.#level(levelOf(work)).works.push(work);
  }

  /** To be tried again, or given back by a lane: before everything of its priority. */
  unshift(work: Work): void {
    this.#works++;
    this.#level(levelOf(work)).works.unshift(work);
  }

  /** A queued work is not wanted any more. It is skipped when its turn comes, or swept out when most are like it. */
  drop(): void {
    this.#works--;
    if (++this.#dropped < LEAST_SWEPT || this.#dropped < this.#works) return;
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

  /** All works that wait, without taking them. */
  *waiting(): Generator<Work> {
    for (const level of this.#levels) for (const work of level.works) if (work.state === "queued") yield work;
  }

  #takeFrom(level: Level, wanted: number, limit: number): Work | undefined {
    for (let tried = 0; tried <= level.sources.length; tried++) {
      const turn = level.turn % (level.sources.length + 1);
      level.turn = turn + 1;
      const source = level.sources[turn];
      const work =
        source === undefined ? this.#takeWork(level) : source.remaining > 0 ? source.take(wanted, limit) : undefined;
      if (work !== undefined) return work;
    }
    return undefined;
  }

  #takeWork(level: Level): Work | undefined {
    const work = this.#first(level);
    if (work === undefined) return undefined;
    level.works.shift();
    this.#works--;
    return work;
  }

  /** The first work that is still wanted; those that are not are let go. */
  #first(level: Level): Work | undefined {
    let work = level.works.peek();
    while (work !== undefined && work.state !== "queued") {
      this.#dropped = Math.max(0, this.#dropped - 1);
      level.works.shift();
      work = level.works.peek();
    }
    return work;
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
