import assert from "node:assert/strict";
import { test } from "node:test";
import { blend, creditFor, isCrumb, RANGE_MS } from "../../../src/scheduling/credit.ts";

test("credit fills a millisecond of work, however small the task", () => {
  assert.equal(creditFor(0.001, 1e6, 2, 8191), 1000);
  assert.equal(creditFor(0.1, 1e6, 2, 8191), 10);
});

test("credit never exceeds what the lane can hold", () => {
  assert.equal(creditFor(1e-9, 1e9, 2, 8191), 8191);
});

test("a lane without room gets nothing, an idle one neither", () => {
  assert.equal(creditFor(0.001, 1e6, 2, 0), 0);
});

test("credit leaves the tail to whoever is free: at most half a fair share of what remains", () => {
  assert.equal(creditFor(0.001, 2000, 2, 8191), 500);
  assert.equal(creditFor(0.05, 40, 2, 8191), 10);
  assert.equal(creditFor(5, 3, 2, 8191), 1);
});

test("what is left of tiny tasks is not divided into crumbs", () => {
  assert.equal(creditFor(0.001, 300, 2, 8191), 100);
  assert.equal(creditFor(0.01, 8, 4, 8191), 10);
});

test("a range of a map is longer: what its worker has not begun can be taken back", () => {
  assert.equal(creditFor(0.1, 1e6, 2, 8191, RANGE_MS), RANGE_MS / 0.1);
});

test("a few tiny items of a stream are a crumb, one long one is not", () => {
  assert.equal(isCrumb(0.001, 99), true);
  assert.equal(isCrumb(0.001, 100), false);
  assert.equal(isCrumb(5, 1), false);
});

test("a long task is given one at a time, and never none", () => {
  assert.equal(creditFor(5000, 1e6, 2, 8191), 1);
  assert.equal(creditFor(5000, 0, 2, 8191), 1);
});

test("the running mean follows a change, faster for larger samples", () => {
  assert.equal(blend(undefined, 7, 1), 7);
  const one = blend(1, 9, 1);
  const many = blend(1, 9, 1000);
  assert.ok(one > 1 && one < many && many < 9);
});
