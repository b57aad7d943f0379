/** Programs that the tests run in a process of their own: what they look at is the process. `programs.ts NAME`. */

import { Future } from "../../../src/futures/future.ts";
import { reportUnseen } from "../../../src/futures/unobserved.ts";
import { asCompleted, FIRST_COMPLETED, firstSuccess, wait } from "../../../src/futures/wait.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function collect(): Promise<void> {
  for (let round = 0; round < 20; round++) {
    globalThis.gc?.();
    await turn();
  }
}

function heapBytes(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Keeps what it is given alive. */
const kept: unknown[] = [];

function fail(error: unknown, source?: ConstructorParameters<typeof Future>[0]): Future<number> {
  const future = new Future<number>(source);
  future.setException(error);
  return future;
}

const sourceOf = (group: object) => ({ group, started: () => true, revoke: () => false, abort() {} });

const programs: Record<string, () => unknown> = {
  async collected() {
    fail(new RangeError("nobody looked"));
    await collect();
    console.log("still here");
    kept.push(turn);
    await collect();
  },
  beforeExit() {
    kept.push(fail(new RangeError("nobody looked")));
    process.on("warning", () => setImmediate(() => console.log("and could still act")));
  },
  exit() {
    kept.push(fail(new RangeError("nobody looked")));
    process.exit(0);
  },
  async shutdown() {
    const [mine, other] = [{}, {}];
    kept.push(fail(new Error("of mine"), sourceOf(mine)), fail(new Error("of another"), sourceOf(other)));
    reportUnseen(mine);
    await turn();
    console.log("after the shutdown");
    reportUnseen(mine);
  },
  async onlyWaitedFor() {
    const [waited, completed] = [new Future<number>(), new Future<number>()];
    kept.push(waited, completed);
    const all = Promise.all([wait([waited]), asCompleted([completed]).next()]);
    waited.setException(new Error("waited for"));
    completed.setException(new Error("completed"));
    await all;
  },
  falsy() {
    kept.push(fail(undefined));
  },
  unprintable() {
    const error = new Error("x");
    Object.defineProperty(error, "stack", {
      get() {
        throw error;
      },
    });
    kept.push(fail(error));
  },
  /** Every way to look, before the failure and after it; and ends that are no failures. */
  async lookedAt() {
    const looks: ((future: Future<number>) => unknown)[] = [
      (future) => future.result().catch(() => {}),
      (future) => future.exception(),
      (future) => future.addDoneCallback(() => {}),
      (future) => future.then(null, () => {}),
      (future) => future.catch(() => {}),
      (future) => future.finally(() => {}).catch(() => {}),
      (future) => firstSuccess([future]).catch(() => {}),
    ];
    for (const look of looks) {
      const future = new Future<number>();
      look(future);
      future.setException(new Error("looked at before"));
      look(fail(new Error("looked at after")));
    }
    const cancelled = new Future<number>();
    cancelled.cancel();
    const loser = new Future<number>(sourceOf({}));
    const winner = new Future<number>();
    const first = firstSuccess([loser, winner]);
    winner.setResult(1);
    await first;
    loser.setException(new Error("lost"));
    kept.push(cancelled, loser);
    await collect();
    console.log(`${process.listenerCount("exit")} ${process.listenerCount("beforeExit")} listeners`);
  },
  /** Looking before a timeout that came first is not looking at the failure. */
  async lookedAwayEarly() {
    const future = new Future<number>();
    await future.result(1).catch(() => {});
    future.setException(new Error("after the timeout"));
    kept.push(future);
  },
  memoryOfPending() {
    const count = 200_000;
    const futures = new Array<unknown>(count);
    const before = heapBytes();
    for (let index = 0; index < count; index++) futures[index] = new Future();
    console.log((heapBytes() - before) / count);
    kept.push(futures);
  },
  async memoryOfWaits() {
    const pending = new Future<number>();
    const rounds = async (count: number) => {
      for (let round = 0; round < count; round++) {
        const other = new Future<number>();
        const both = [pending, other];
        const completed = asCompleted(both);
        const done = Promise.all([wait(both, { returnWhen: FIRST_COMPLETED }), completed.next()]);
        const late = pending.result(0).catch(() => {});
        other.setResult(round);
        await done;
        await late;
        await completed.return();
      }
    };
    await rounds(500);
    const before = heapBytes();
    await rounds(10_000);
    console.log((heapBytes() - before) / 10_000);
    kept.push(pending);
  },
};

// On stdout too, so that the order of reports and of what the program says is seen.
process.on("warning", (warning) => console.log(`warned: ${warning.message.split(": ").at(-1)?.split("\n")[0]}`));
process.on("unhandledRejection", (reason) => {
  console.log(`unhandled rejection: ${String(reason)}`);
  process.exitCode = 3;
});
programs[String(process.argv[2])]?.();
