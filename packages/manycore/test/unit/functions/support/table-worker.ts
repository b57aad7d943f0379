/** A worker with nothing but a function table in it. */

import { parentPort } from "node:worker_threads";
import type { DefinitionBody } from "../../../../src/functions/definitions.ts";
import { decode } from "../../../../src/wire/decode.ts";
import { Encoder } from "../../../../src/wire/encode.ts";
import { encodeThrown } from "../../../../src/wire/errors.ts";
import { FunctionTable } from "../../../../src/worker/functions.ts";
import { resultContext } from "../../../../src/worker/results.ts";

export interface Request {
  readonly definitions: readonly (readonly [id: number, body: DefinitionBody])[];
  readonly forgotten: readonly number[];
  readonly needs: readonly number[];
  readonly fn: number;
  readonly args: Uint8Array;
  readonly attachments: readonly unknown[];
}

const table = new FunctionTable();
const encoder = new Encoder();
const context = resultContext(table, "result", false);
const warnings: string[] = [];
process.on("warning", ({ message }) => warnings.push(message));

async function answer({ definitions, forgotten, needs, fn, args, attachments }: Request): Promise<unknown> {
  table.forget(forgotten);
  for (const [id, body] of definitions) table.define(id, body);
  const preparing = table.prepare(needs);
  if (preparing !== undefined) await preparing;
  const task = table.get(fn) as (...values: unknown[]) => unknown;
  return task(...(decode(args, attachments, { resolve: (id) => table.get(id) }) as unknown[]));
}

parentPort?.on("message", async (request: Request | "dispose" | "warnings") => {
  if (request === "dispose") {
    await table.disposeAll();
    parentPort?.postMessage({ ok: true, bytes: encoder.encode(undefined, context).bytes, attachments: [] });
    return;
  }
  try {
    const value = request === "warnings" ? warnings : await answer(request);
    const { bytes, attachments } = encoder.encode(value, context);
    parentPort?.postMessage({ ok: true, bytes: bytes.slice(), attachments });
  } catch (error) {
    const { bytes, attachments } = encodeThrown(error, encoder, context);
    parentPort?.postMessage({ ok: false, bytes: bytes.slice(), attachments });
  }
});
