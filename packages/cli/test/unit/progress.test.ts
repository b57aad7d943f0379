import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { duration, Progress } from "../../src/progress.ts";

/** A terminal that keeps what it is sent. */
function terminal(isTTY: boolean) {
  let text = "";
  const stream = {
    isTTY,
    columns: 100,
    rows: 20,
    write(more: string) {
      text += more;
    },
  };
  return { stream: stream as unknown as NodeJS.WriteStream, shown: () => text };
}

describe("progress", () => {
  test("is a bar with percentage, count, rate and time left on a terminal, and a summary in its place at the end", () => {
    const { stream, shown } = terminal(true);
    const progress = new Progress({ stream, quiet: false, fraction: () => 0.5 });
    assert.match(shown(), /█{12}░{12} {2}50 % {2}0 done {2}0\.0\/s {2}\d+\.\d s left/);
    progress.done = 1234;
    progress.failed = 2;
    progress.end();
    assert.match(shown(), /manycore: 1,234 done, 2 failed, \d+\.\d s, [\d,]+\/s\n$/);
  });

  test("shows time gone by where nobody knows how much there is", () => {
    const { stream, shown } = terminal(true);
    const progress = new Progress({ stream, quiet: false, fraction: () => undefined });
    assert.match(shown(), /0 done {2}0\.0\/s {2}\d+\.\d s(?! left)/);
    assert.doesNotMatch(shown(), /%|█/);
    progress.clear();
  });

  test("is one line on anything else, and none when quiet", () => {
    const file = terminal(false);
    const progress = new Progress({ stream: file.stream, quiet: false, fraction: () => 1 });
    assert.equal(file.shown(), "");
    progress.end();
    assert.match(file.shown(), /^manycore: 0 done, [^\n]+\n$/);
    for (const isTTY of [true, false]) {
      const { stream, shown } = terminal(isTTY);
      const quiet = new Progress({ stream, quiet: true, fraction: () => 1 });
      quiet.tell("said");
      quiet.end();
      assert.equal(shown(), "said\n");
    }
  });

  test("says durations as people do", () => {
    assert.deepEqual([0.04, 9.96, 12.4, 59.7, 200, 18_480].map(duration), [
      "0.0 s",
      "10.0 s",
      "12 s",
      "1 min 0 s",
      "3 min 20 s",
      "5 h 8 min",
    ]);
  });
});
