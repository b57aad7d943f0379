import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { describe, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { WorkerStats } from "manycore";
import type { Item } from "../../src/inputs/source.ts";
import { type BarState, barText } from "../../src/reporting/bar.ts";
import { failureLine, taskFrame } from "../../src/reporting/failure-text.ts";
import { Pace } from "../../src/reporting/pace.ts";
import { Report, type ReportSetup } from "../../src/reporting/report.ts";
import { duration } from "../../src/reporting/words.ts";

const worker = (workerId: number, work: number): WorkerStats => ({
  workerId,
  state: "ready",
  tasks: 1,
  start: 0,
  wait: 0,
  work,
});

const calm: BarState = {
  done: 1234,
  failed: 0,
  skipped: 0,
  fraction: 0.5,
  rate: 100,
  left: 65_000,
  elapsed: 5000,
  workers: [],
};

describe("the bar", () => {
  test("shows part, counts, rate and time left", () => {
    assert.equal(barText(calm, 120), "████████████░░░░░░░░░░░░  50 %  1,234 done  100/s  1 min 5 s left");
  });

  test("says what failed, and what was done before", () => {
    assert.match(barText({ ...calm, failed: 3, skipped: 10 }, 120), /1,234 done {2}3 failed {2}10 done before/);
  });

  test("shows the time that went where nobody knows how much there is", () => {
    assert.equal(barText({ ...calm, fraction: undefined, left: undefined }, 120), "1,234 done  100/s  5.0 s");
  });

  test("has a second row with what each worker does, or their number where they do not fit", () => {
    const busy = [0, 0.5, 1].map((share, id) => ({ id, state: "ready" as const, tasks: 1, busy: share }));
    assert.equal(barText({ ...calm, workers: busy }, 120).split("\n")[1], "workers ▕ ▄█▏ 1/3 busy");
    const many = Array.from({ length: 64 }, (_, id) => ({ id, state: "ready" as const, tasks: 1, busy: 1 }));
    assert.equal(barText({ ...calm, workers: many }, 40).split("\n")[1], "workers  64/64 busy");
  });

  test("is never wider than the terminal", () => {
    for (let columns = 1; columns < 90; columns++)
      for (const row of barText(calm, columns).split("\n")) assert.ok(row.length < columns, `${columns}: ${row}`);
  });
});

describe("the pace", () => {
  test("is that of a steady run, with its time left and busy workers", () => {
    const pace = new Pace();
    for (let second = 1; second <= 20; second++)
      pace.look({ at: second * 1000, ended: second * 50, fraction: second / 100, workers: [worker(0, second * 250)] });
    assert.equal(Math.round(pace.rate), 50);
    assert.equal(Math.round((pace.left as number) / 1000), 80);
    assert.equal(pace.workers[0]?.busy, 0.25);
  });

  test("follows a run that gets slower, and does not count what was done before", () => {
    const pace = new Pace();
    pace.look({ at: 1000, ended: 1000, fraction: 0.9, workers: [] });
    for (let second = 2; second <= 40; second++)
      pace.look({ at: second * 1000, ended: 1000 + second, fraction: 0.9, workers: [] });
    assert.ok(pace.rate < 2, String(pace.rate));
  });

  test("knows no time left where nothing moves, or nobody knows how much there is", () => {
    const pace = new Pace();
    pace.look({ at: 1000, ended: 0, fraction: undefined, workers: [] });
    assert.equal(pace.left, undefined);
  });
});

test("durations read as people say them", () => {
  assert.deepEqual([0.04, 9.94, 10, 75, 3600, 90_000].map(duration), [
    "0.0 s",
    "9.9 s",
    "10 s",
    "1 min 15 s",
    "1 h 0 min",
    "25 h 0 min",
  ]);
});

const item: Item = { input: "bad one", header: undefined, place: "line 2", key: undefined };
const failure = (error: unknown) => ({ item, key: "3f2a", error });

describe("a failure", () => {
  test("has its place, input, key, message and the innermost line of the task", () => {
    const error = new RangeError("no bad one\nand more");
    error.stack = [
      "RangeError: no bad one",
      "    at check (node:internal/checks:1:2)",
      "    at helper (file:///app/node_modules/lib/index.js:9:9)",
      "    at Object.parse (file:///app/task.mjs:3:9)",
      "    at async run (/app/other.mjs:4:4)",
    ].join("\n");
    const line = failureLine(failure(error), "bad one", "/app/task.mjs");
    assert.match(line, /^line 2 "bad one" \(key 3f2a\): RangeError: no bad one \(.*app\/task\.mjs:3:9\)$/);
    assert.match(taskFrame(error, "/app/nowhere.mjs") as string, /app\/task\.mjs:3:9$/);
    assert.match(taskFrame(error, "/app/other.mjs") as string, /app\/other\.mjs:4:4$/);
  });

  test("may be anything", () => {
    assert.equal(failureLine(failure("a string"), "line 2", "/t.mjs"), "line 2 (key 3f2a): threw 'a string'");
    assert.equal(failureLine({ ...failure(null), key: "a b" }, "line 2", "/t.mjs"), 'line 2 (key "a b"): threw null');
  });
});

/** A report that writes to a string. */
function reportTo(mode: ReportSetup["mode"]) {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      written.push(String(chunk));
      done();
    },
  }) as NodeJS.WriteStream;
  const setup = { stream, mode, fraction: () => 0.25, workers: () => [worker(1, 5)], url: "file:///t.mjs" };
  return { report: new Report({ ...setup, tag: ({ input }) => input }), written };
}

describe("the report", () => {
  test("is failures and one line at the end", async () => {
    const { report, written } = reportTo("line");
    for (let n = 0; n < 1500; n++) report.succeeded();
    report.failed(failure(new Error("first")));
    report.failed(failure(new Error("second")));
    await turn();
    assert.equal(written.length, 1, "lines of one turn go together");
    report.skipped(7);
    report.end();
    const [failures, end] = written as [string, string];
    assert.match(failures, /^manycore: .*first.*\nmanycore: .*second.*\n$/);
    assert.match(end, /^manycore: 1,500 done, 2 failed, 7 done before, [\d.]+ s, [\d,.]+\/s\n$/);
    assert.deepEqual([report.done, report.failures], [1500, 2]);
  });

  test("loses no line that was said just before the end", () => {
    const { report, written } = reportTo("quiet");
    report.failed(failure(new Error("last")));
    report.end();
    assert.match(written.join(""), /^manycore: .*last.*\n$/);
  });

  test("is events of JSON where that is asked for", () => {
    const { report, written } = reportTo("json");
    report.succeeded();
    report.failed(failure(new Error("no")));
    report.notice("stopping");
    report.end();
    const events = written
      .join("")
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      events.map(({ event }) => event),
      ["progress", "failure", "notice", "end"],
    );
    const [first, failed, , end] = events;
    assert.deepEqual(Object.keys(first), [
      "event",
      "done",
      "failed",
      "skipped",
      "workers",
      "fraction",
      "rate",
      "etaMs",
      "elapsedMs",
    ]);
    assert.deepEqual(
      [failed.key, failed.place, failed.input, failed.error],
      ["3f2a", "line 2", "bad one", "Error: no"],
    );
    assert.deepEqual([end.done, end.failed, end.fraction], [1, 1, 0.25]);
  });

  test("goes on without a word when stderr is gone", async () => {
    const stream = new Writable({ write: (_, __, done) => done(new Error("EPIPE")) }) as NodeJS.WriteStream;
    const setup = { stream, mode: "line" as const, fraction: () => undefined, workers: () => [], url: "file:///t.mjs" };
    const report = new Report({ ...setup, tag: () => "" });
    report.notice("into the void");
    await turn();
    await turn();
    report.end();
    assert.equal(report.failures, 0);
  });
});
