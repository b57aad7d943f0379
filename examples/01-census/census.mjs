/** What one file holds, and what is left of it compressed. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** The highest quality would take ten times as long for a tenth less. */
const BROTLI_QUALITY = 5;

/**
 * @typedef {{ path: string, bytes: number, sha256: string, gzip: number, brotli: number }} Entry
 * @param {string} path
 * @returns {Promise<Entry>}
 */
export async function census(path) {
  const content = await readFile(path);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  return {
    path,
    bytes: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
    gzip: gzipSync(content).length,
    brotli: brotliCompressSync(content, { params }).length,
  };
}
