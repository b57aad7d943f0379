import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { QuoteScan } from "../../src/inputs/quote-scan.ts";

const text = fc.string({ unit: fc.constantFrom("a", "ö", "\uFEFF", ",", '"', "\n"), maxLength: 40 });

test("ends of records are found in chunks as in the whole, all of them or those from a place on", () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat(), { maxLength: 8 }), fc.nat({ max: 50 }), (content, cuts, least) => {
      const bytes = Buffer.from(content);
      const whole = new QuoteScan(",");
      const expected = whole.recordEnds(bytes);
      const places = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
      const parts = new QuoteScan(",");
      const found: number[] = [];
      let from = 0;
      for (const to of places) {
        const some = parts.recordEnds(bytes.subarray(from, to), Math.max(0, least - from));
        found.push(...some.map((end) => from + end));
        from = to;
      }
      assert.deepEqual(
        found,
        expected.filter((end) => end >= least),
      );
      assert.deepEqual([parts.isQuoted, parts.quotedNewline], [whole.isQuoted, whole.quotedNewline]);
    }),
    { numRuns: 2000 },
  );
});

test("a quote opens a field only where it begins", () => {
  const ends = (content: string): number[] => new QuoteScan(",").recordEnds(Buffer.from(content));
  assert.deepEqual(ends('5" a\n6" b\n'), [4, 9]);
  assert.deepEqual(ends('"a\nb"\nc,"\n""\n"\n'), [5, 14]);
  assert.deepEqual(ends('\uFEFF"a\nb"\n'), [8]);
});
