import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Window } from "../../src/window.ts";

function fill(window: Window, input: string): number {
  let items = 0;
  for (; window.hasRoom; items++) window.enter(input);
  return items;
}

/** A window that has seen a hundred results of this length. */
function seasoned(jobs: number, resultLength: number): Window {
  const window = new Window(jobs);
  for (let i = 0; i < 100; i++) {
    window.enter("");
    window.leave("", resultLength);
  }
  return window;
}

describe("the window of submitted items", () => {
  test("is small until a result has said how big results are", () => {
    assert.equal(fill(new Window(4), "x"), 32);
  });

  test("opens to a thousand items a worker where they are small", () => {
    assert.equal(fill(seasoned(4, 10), "x"), 4096);
  });

  test("holds 32 MiB of results, by their average", () => {
    assert.equal(fill(seasoned(4, 2 ** 20 - 512), ""), 32);
  });

  test("holds 32 MiB of inputs, also before the first result", () => {
    const input = "x".repeat(2 ** 20);
    assert.equal(fill(new Window(64), input), 64);
    assert.equal(fill(new Window(8), input), 32);
  });

  test("has room for one a worker, however big", () => {
    assert.equal(fill(seasoned(4, 2 ** 30), ""), 4);
  });

  test("has room again when an item has left", () => {
    const window = seasoned(1, 10);
    fill(window, "x");
    window.leave("x", 10);
    assert.equal(fill(window, "x"), 1);
  });
});
