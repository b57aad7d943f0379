import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nearestName } from "../../src/task/nearest-name.ts";

describe("the nearest name", () => {
  for (const [slip, name] of [
    ["left out", "pase"],
    ["put in", "parrse"],
    ["exchanged", "parze"],
    ["swapped", "prase"],
    ["of the other case", "PARSE"],
  ] as const) {
    test(`is found where a letter is ${slip}`, () => assert.equal(nearestName(name, ["format", "parse"]), "parse"));
  }

  test("is the nearest of several", () => assert.equal(nearestName("parsed", ["pars", "parses", "par"]), "parses"));

  test("may be two slips away in a long word, not in a short one", () => {
    assert.equal(nearestName("lattitde", ["latitude"]), "latitude");
    assert.equal(nearestName("ab", ["cd"]), undefined);
  });

  test("is none where there are no names", () => assert.equal(nearestName("x", []), undefined));
});
