import { Session } from "node:inspector";
import { serialize } from "node:v8";
import { capture, share, ThreadPoolExecutor } from "manycore";
import { burst } from "../contenders/peers.mjs";
import { atLeast, bounded, part } from "../part.mjs";
import { interleaved, median } from "../rounds.mjs";
import { many } from "../units.mjs";
import { square } from "../work.mjs";

const k = 3;
const makeClosure = (factor) => (x) => x * factor;
const scale = ({ factor }, x) => x * factor;

/** What captured variables cost: beside a function without any, beside encoding what was captured, and each new one. */
export const bar = {
  name: "P15",
  title: "closures",
  rounds: 11,
  seconds: 45,
  size: { calls: 10_000, entries: 200_000, fresh: 1000 },

  async measure({ workers, rounds, seconds, size: { calls, entries, fresh } }) {
    // The plain Map earns its warning, which is part of what is measured.
    process.removeAllListeners("warning");
    process.on("warning", () => {});

    const big = new Map(Array.from({ length: entries }, (_, i) => [i, `value ${i} of a Map of some ten megabytes`]));
    const shared = share(big);
    const overShared = (x) => x * k + shared.value.size;
    const overMap = (x) => x * k + big.size;

    const pool = new ThreadPoolExecutor({ maxWorkers: workers });
    await pool.warm();
    const reader = scopeReader();
    const items = Array.from({ length: calls }, (_, i) => i);
    const few = items.slice(0, fresh);
    const calling = (list, run, expected) => ({
      count: list.length,
      run: () => burst({ run }, list),
      isRight: (answers) => answers.length === list.length && answers.every((answer, i) => answer === expected(i)),
    });
    const times = await interleaved(
      {
        "nothing captured": calling(
          items,
          (x) => pool.submit(square, x),
          (x) => x * x,
        ),
        "over share(Map)": calling(
          items,
          (x) => pool.submit(overShared, x),
          (x) => x * k + entries,
        ),
        "over the Map": calling(
          items,
          (x) => pool.submit(overMap, x),
          (x) => x * k + entries,
        ),
        "encode the Map (v8)": { run: () => serialize(big), isRight: (bytes) => bytes.length > entries },
        closures: calling(
          few,
          (x) => pool.submit(makeClosure(x), x),
          (x) => x * x,
        ),
        captures: calling(
          few,
          (x) => pool.submit(capture({ factor: x }, scale), x),
          (x) => x * x,
        ),
        "read by hand": {
          count: fresh,
          run: () => reader.readAll(few.map(makeClosure)),
          isRight: (scopes) => scopes.every(([scope], i) => scope.object.factor === i),
        },
      },
      { rounds, seconds, warmMs: 400 },
    );
    reader.close();
    await pool.shutdown();

    const ms = (name) => (times[name].samples.length === 0 ? Number.NaN : median(times[name].samples));
    const trouble = (name) => ({ wrong: times[name].wrong, failed: times[name].failed });
    const figure = (name, value) => (Number.isNaN(value) ? trouble(name) : { figure: value });
    return [
      part({
        title: `${many(calls)} awaited submits of one closure over share(a Map of ${many(entries)})`,
        unit: "calls/s",
        times,
        ours: "over share(Map)",
        rivals: { "nothing captured": atLeast(0.8) },
      }),
      bounded({
        title: "the same over the plain Map, more than with nothing captured",
        unit: "× encoding the Map once",
        figures: [
          {
            contender: "over the Map",
            isOurs: true,
            bound: 1.5,
            ...figure("over the Map", (ms("over the Map") - ms("nothing captured")) / ms("encode the Map (v8)")),
          },
        ],
      }),
      bounded({
        title: `${many(fresh)} closures that are all new`,
        unit: "ms each",
        figures: [
          { contender: "closures", isOurs: true, bound: 0.15, ...figure("closures", ms("closures") / fresh) },
          { contender: "capture()", isOurs: true, ...figure("captures", ms("captures") / fresh) },
          { contender: "reading scopes by hand", ...figure("read by hand", ms("read by hand") / fresh) },
        ],
      }),
    ];
  },
};

/** The least that has to be asked of the inspector to see what a closure has captured. */
function scopeReader() {
  const session = new Session();
  session.connect();
  const box = {};
  globalThis.benchBox = box;

  function post(method, parameters) {
    let result;
    session.post(method, parameters, (error, value) => {
      if (error) throw new Error(error.message);
      result = value;
    });
    return result;
  }

  function read(fn) {
    box.fn = fn;
    const { result } = post("Runtime.evaluate", { expression: "benchBox.fn", objectGroup: "bench" });
    const { internalProperties } = post("Runtime.getProperties", { objectId: result.objectId, ownProperties: true });
    const scopes = internalProperties.find(({ name }) => name === "[[Scopes]]").value.objectId;
    const functionDeclaration = "function () { benchBox.scopes = Array.from(this); }";
    post("Runtime.callFunctionOn", { objectId: scopes, functionDeclaration, objectGroup: "bench" });
    return box.scopes;
  }

  return {
    readAll(closures) {
      const scopes = closures.map(read);
      post("Runtime.releaseObjectGroup", { objectGroup: "bench" });
      return scopes;
    },
    close() {
      session.disconnect();
      delete globalThis.benchBox;
    },
  };
}
