/** One contract, many rooms: how a suite is bound to an executor, and what stands around each of its tests. */

import { describe, type TestContext, test } from "node:test";
import type { Executor, ThreadPoolOptions } from "manycore";
import { belongings, leavesNothingBehind } from "./leaks.ts";

/** What rooms differ in. Tests ask for these, never for a room by name. */
export interface RoomCapabilities {
  /** A task that does not listen can be ended. */
  readonly kill: boolean;
  /** Globals, module state and crashes are the worker's own. */
  readonly isolated: boolean;
  /** Workers run at the same time as the host and each other, so a task may block. */
  readonly parallel: boolean;
  /** What a worker has not begun can be taken back though its event loop does not turn. */
  readonly claims: boolean;
  /** A SharedArrayBuffer is the same memory to the host and its workers. */
  readonly sharedMemory: boolean;
  /** Ownership of buffers moves to the worker and back. */
  readonly transfer: boolean;
}

export interface Room {
  readonly name: string;
  /** The export that makes its executors, for programs in processes of their own. */
  readonly className: string;
  readonly capabilities: RoomCapabilities;
  /** More than a worker uses that has done little, and less than one that holds 64 MiB. */
  readonly modestBytes: number;
  open(options?: ThreadPoolOptions): Executor;
}

/** What a test asks for. */
export interface Terms {
  /** Options of its executor; two workers at most unless said otherwise. */
  options?: ThreadPoolOptions;
  /** What the room must be able to do for the test to make sense, and why. */
  needs?: keyof RoomCapabilities;
  reason?: string;
  /** Ms until the test counts as hanging. Default 20,000. */
  patience?: number;
}

export type Body = (pool: Executor, t: TestContext) => unknown;

/** Declares one test of a contract. */
export interface Declare {
  (title: string, body: Body): void;
  (title: string, terms: Terms, body: Body): void;
}

const PATIENCE_MS = 20_000;

/** Declares a part of the contract for a room. Each test gets an executor of its own, which ends with it. */
export function contract(room: Room, behaviour: string, declare: (it: Declare) => void): void {
  describe(`${room.name}: ${behaviour}`, () => {
    declare((title: string, first: Terms | Body, second?: Body) => {
      const [terms, body] = typeof first === "function" ? [{}, first] : [first, second as Body];
      if (terms.needs !== undefined && !room.capabilities[terms.needs]) {
        test(title, (t) => t.diagnostic(`not asked of ${room.name}, which cannot ${terms.needs}: ${terms.reason}`));
        return;
      }
      const patience = terms.patience ?? PATIENCE_MS;
      // The guard inside ends a hang and tells the state; the runner's own limit is for a guard that failed.
      test(title, { timeout: patience * 2 }, async (t) => {
        const before = belongings();
        const pool = room.open({ maxWorkers: 2, ...terms.options });
        try {
          await guarded(pool, patience, async () => {
            await body(pool, t);
            await pool.shutdown();
          });
        } finally {
          await pool.killWorkers();
        }
        await leavesNothingBehind(before);
      });
    });
  });
}

/** Runs `body`; a failure tells the pool's state, a hang is a failure. */
async function guarded(pool: Executor, patience: number, body: () => Promise<void>): Promise<void> {
  let guard: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_, reject) => {
    guard = setTimeout(() => reject(new Error(`still not over after ${patience} ms`)), patience);
  });
  try {
    await Promise.race([body(), hang]);
  } catch (error) {
    throw new Error(
      `${error instanceof Error ? error.message : String(error)}\nThe executor: ${JSON.stringify(pool.stats())}`,
      { cause: error },
    );
  } finally {
    clearTimeout(guard);
  }
}
