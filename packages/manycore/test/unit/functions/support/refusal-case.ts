/** A refusal as a user meets it: a program that is refused, what it is told, and the same program after that. */

import assert from "node:assert/strict";
import { relative } from "node:path";
import { test } from "node:test";
import { FunctionShippingError } from "manycore";
import { Programs } from "./programs.ts";

export interface RefusalCase {
  readonly name: string;
  /** What refuses: a name in `refusals`, or what an object is said to be. */
  readonly of: string;
  /** As `Program.text`. */
  readonly refused: string;
  /** The whole message. FILE is the program's path, ENTRY that of the process's entry module. */
  readonly says: string;
  readonly variable?: string;
  /** Code or words that the message gives and the mended program has, letter for letter. */
  readonly paste: string;
  readonly fixed: string;
  readonly gives: unknown;
  readonly commonjs?: true;
  readonly files?: Readonly<Record<string, string>>;
  /** Older Nodes cannot tell. */
  readonly sinceNode?: number;
}

const major = Number(process.versions.node.split(".")[0]);

/** Tests both programs of every case. */
export function testRefusals(cases: readonly RefusalCase[]): void {
  const programs = new Programs();
  for (const each of cases) {
    if ((each.sinceNode ?? 0) > major) continue;
    const { commonjs, files } = each;
    test(`${each.name}: it is refused, with its place and what to do`, async () => {
      const { file, value, error } = await programs.run({ text: each.refused, commonjs, files });
      assert.notEqual(error, undefined, `not refused: ${String(value)}`);
      assert.ok(error instanceof FunctionShippingError, error instanceof Error ? error.stack : String(error));
      const entry = relative(process.cwd(), process.argv[1] as string);
      const says = each.says.replaceAll("FILE", file).replaceAll("ENTRY", entry);
      assert.equal(error.message, says);
      assert.equal(error.variable, each.variable);
      assert.ok(error.fix !== undefined && says.endsWith(` ${error.fix}`), `the fix is the end of it: ${error.fix}`);
    });
    test(`${each.name}: what it is told to do works`, async () => {
      assert.ok(each.says.includes(each.paste), `the message does not say ${each.paste}`);
      const mended = each.fixed + Object.values(files ?? {}).join("\n");
      assert.ok(mended.includes(each.paste), `the mended program does not have ${each.paste}`);
      const { value, error, warnings } = await programs.run({ text: each.fixed, commonjs, files });
      if (error !== undefined) throw error;
      assert.deepEqual(value, each.gives);
      assert.deepEqual(warnings, []);
    });
  }
}
