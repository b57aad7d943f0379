/** Modules of Node. */

import { Buffer } from "node:buffer";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import * as path from "node:path";
import posix from "node:path/posix";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import zlib, { gunzipSync, gzipSync } from "node:zlib";
import type { Group } from "./case.ts";

const sha256 = (chunk: Uint8Array): string => createHash("sha256").update(chunk).digest("hex");

const sign = (key: string) => (message: string) => createHmac("sha1", key).update(message).digest("base64url");

const inflate = promisify(zlib.inflate);

const roundTrip = (text: string): [string, boolean] => {
  const packed = gzipSync(text);
  return [gunzipSync(packed).toString(), packed.length < text.length];
};

export const builtins: Group = {
  name: "node built-ins",
  cases: [
    {
      name: "node:crypto, the digest of each block of bytes",
      run: async (pool) =>
        (await pool.map(sha256, [new Uint8Array(3), new TextEncoder().encode("abc")])).map((hex) => hex.slice(0, 8)),
      expected: ["709e80c8", "ba7816bf"],
      captures: true,
    },
    {
      name: "node:crypto in a closure over a key",
      run: (pool) => pool.submit(sign("secret"), "message"),
      expected: createHmac("sha1", "secret").update("message").digest("base64url"),
      captures: true,
    },
    {
      name: "node:crypto and Buffer, compared in constant time",
      run: (pool) => pool.submit((a: string, b: string) => timingSafeEqual(Buffer.from(a), Buffer.from(b)), "aa", "ab"),
      expected: false,
      captures: true,
    },
    {
      name: "node:zlib, there and back",
      run: (pool) => pool.submit(roundTrip, "to be or not to be ".repeat(50)),
      expected: ["to be or not to be ".repeat(50), true],
      captures: true,
    },
    {
      name: "a promisified function of the default import",
      run: (pool) =>
        pool.submit(async (packed: Uint8Array) => {
          const bytes = await promisify(zlib.inflate)(packed);
          return String(bytes);
        }, zlib.deflateSync("squeezed")),
      expected: "squeezed",
      captures: true,
    },
    {
      name: "node:path, as a namespace and by default import",
      run: (pool) =>
        pool.submit(
          (file: string) => [path.basename(file, ".ts"), posix.join("dist", `${path.parse(file).name}.js`)],
          "src/shapes.ts",
        ),
      expected: ["shapes", "dist/shapes.js"],
      captures: true,
    },
    {
      name: "Buffer, which is global and imported",
      run: (pool) => pool.submit((text: string) => Buffer.from(text, "base64").toString("latin1"), "YWhveQ=="),
      expected: "ahoy",
      captures: true,
    },
    {
      name: "node:timers/promises",
      run: (pool) => pool.submit(async () => delay(1, "later")),
      expected: "later",
      captures: true,
    },
    {
      name: "globals of Node and of the language",
      run: (pool) =>
        pool.submit((json: string) => {
          const copy = structuredClone(JSON.parse(json)) as { url: string };
          const { searchParams } = new URL(copy.url);
          return [searchParams.get("q"), typeof process.pid, Intl.NumberFormat("en").format(12345.5), atob("aGk=")];
        }, '{"url":"https://example.org/?q=all"}'),
      expected: ["all", "number", "12,345.5", "hi"],
      captures: false,
    },
  ],
  refused: [
    {
      name: "a function that a built-in has made here",
      submit: (pool) => pool.submit(() => inflate(new Uint8Array())),
      problem: /needs .+, which is a native function that has no name to find it by/,
      fix: /Get it in the task, from an object that is made there/,
      captures: true,
    },
  ],
};
