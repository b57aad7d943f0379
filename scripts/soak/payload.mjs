/** Values that both sides can make from a seed, so that what has crossed can be compared to the last byte. */

import assert from "node:assert/strict";

/** Mulberry32: small, fast, and the same everywhere. */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const KINDS = ["bytes", "text", "wide text", "floats", "objects", "numbers", "nested", "map"];
export const kindOf = (seed) => KINDS[seed % KINDS.length];

/** About `size` bytes of a kind that the seed says. */
export function payload(seed, size) {
  const next = random(seed);
  switch (kindOf(seed)) {
    case "bytes":
      return bytes(next, size);
    case "text":
      return text(next, size, 0x20, 0x5e);
    case "wide text":
      return text(next, Math.ceil(size / 2), 0x3b1, 0x400);
    case "floats":
      return new Float64Array(bytes(next, Math.ceil(size / 8) * 8).buffer);
    case "numbers":
      return Array.from({ length: Math.min(20_000, Math.ceil(size / 8)) }, () => next() * 1e6);
    case "objects":
      return Array.from({ length: Math.min(5000, Math.ceil(size / 64)) }, (_, id) => ({
        id,
        name: `item ${Math.floor(next() * 1000)}`,
        at: next(),
        tags: [next() < 0.5, null, undefined],
      }));
    case "nested": {
      let inner = bytes(next, size);
      for (let depth = 0; depth < 8; depth++) inner = { depth, inner };
      return inner;
    }
    default:
      return new Map(
        Array.from({ length: Math.min(2000, Math.ceil(size / 32)) }, (_, at) => [
          `key ${at}`,
          BigInt(Math.floor(next() * 1e9)),
        ]),
      );
  }
}

/** @throws AssertionError where this is not what the seed makes */
export function check(value, seed, size) {
  assert.deepStrictEqual(value, payload(seed, size));
}

function bytes(next, size) {
  const block = new Uint8Array(size);
  // Random at the ends and in places, a pattern between: 64 MiB of random numbers would be all that the test does.
  for (let at = 0; at < size; at++) block[at] = at & 255;
  for (let place = 0; place < 64 && size > 0; place++) block[Math.floor(next() * size)] = Math.floor(next() * 256);
  return block;
}

function text(next, length, from, span) {
  const piece = Array.from({ length: 97 }, () => String.fromCharCode(from + Math.floor(next() * span))).join("");
  return piece.repeat(Math.ceil(length / 97)).slice(0, length);
}
