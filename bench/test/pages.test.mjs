import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chart } from "../chart.mjs";
import { root } from "../machine.mjs";
import { filled } from "../readme.mjs";
import { table } from "../table.mjs";
import { results, start, submits } from "./fixture.mjs";

test("a table has a row a contender: figure, ratio, bar, verdict", () => {
  const lines = table(submits).split("\n");
  assert.equal(lines[0], "10,000 awaited submits of x * x");
  const row = (name) =>
    lines
      .find((line) => line.startsWith(`  ${name} `))
      .trim()
      .split(/ {2,}/);
  assert.deepEqual(row("manycore"), ["manycore", "1.00 M/s"]);
  assert.deepEqual(row("Piscina "), ["Piscina", "20.0 k/s", "50.0 × as fast", "≥ 20 ×", "✔ holds"]);
  assert.deepEqual(row("by hand"), ["by hand", "2.50 M/s", "0.40 × as fast", "≥ 0.5 ×", "✖ does not hold"]);
  assert.deepEqual(row("Tinypool"), ["Tinypool", "wrong answer: 0", "≥ 10 ×"]);
  assert.deepEqual(row("workerpool"), ["workerpool", "is not installed", "≥ 10 ×"]);
  assert.deepEqual(row("poolifier"), ["poolifier", "failed: it <broke> & went", "≥ 10 ×"]);
  assert.match(table(start), /a bare Worker +100 ms +1\.10 × its time +≤ 1\.15 × +✔ holds/);
});

test("the chart: a bar a contender at its best, as long as its figure, with machine and date", () => {
  const svg = chart(results);
  const bars = [...svg.matchAll(/<rect class="(\w+)" .*? width="([\d.]+)"/g)].map(([, kind, width]) => [
    kind,
    Number(width),
  ]);
  assert.deepEqual(
    bars.map(([kind]) => kind),
    ["limit", "ours", "theirs", "theirs"], // by hand, manycore, Piscina at its best, Python
  );
  assert.ok(Math.abs(bars[1][1] / bars[0][1] - 0.4) < 0.01);
  assert.match(svg, /33\.3 k\/s/);
  assert.doesNotMatch(svg, /20\.0 k\/s/);
  assert.match(svg, /2026-01-02.*A CPU &lt;of&gt; 2 &amp; more/s);
  assert.match(svg, /prefers-color-scheme: dark/);
  assert.equal(chart({ ...results, bars: [] }), undefined);
});

test("the README's figures stand between its comments, which are there", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const page = filled(readme, results);
  assert.match(page, /2026-01-02 with 2 workers on 2 cores/);
  assert.match(
    page,
    /\| P1: .* \| \*\*1\.00 M\/s\*\* \| Piscina, best settings: 33\.3 k\/s \(30\.0 ×\) \| 5\.00 k\/s \(200 ×\) \| 2\.50 M\/s \(0\.40 ×\) \|/,
  );
  assert.match(page, /3 of 4 bars hold\. These do not:\n\n- P1, .*, against by hand: 0\.40 × \(bar: ≥ 0\.5 ×\)/);
  assert.equal(filled(page, results), page);
  const around = (text) => text.replace(/<!-- bench -->.*<!-- \/bench -->/s, "");
  assert.equal(around(page), around(readme));
  assert.throws(() => filled("# no place", results), /no place/);
});
