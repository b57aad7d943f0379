/** Small programs that a test writes into files, as a user would, and runs in this process on the built package. */

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { after, before } from "node:test";
import { pathToFileURL } from "node:url";
import { type Executor, ThreadPoolExecutor } from "manycore";

export interface Program {
  /** Body of `(pool) => ...`, or a module that has that as its default export. Its first line is the second of its file. */
  readonly text: string;
  readonly commonjs?: true | undefined;
  /** Further files in its folder. */
  readonly files?: Readonly<Record<string, string>> | undefined;
}

const NAMES = "capture, currentTask, partial, perWorker, registerClass, share, task, ThreadPoolExecutor";

export function textOf({ text, commonjs }: Program): string {
  const imports = commonjs ? `const { ${NAMES} } = require("manycore");` : `import { ${NAMES} } from "manycore";`;
  const lines = text.replace(/^\n/, "");
  if (/^\s*export default/m.test(lines)) return `${imports}\n${lines}\n`;
  return `${imports} ${commonjs ? "module.exports =" : "export default"} async (pool) => {\n${lines}\n};\n`;
}

/** What came of a program. */
export interface Outcome {
  /** The file, as messages show it. */
  readonly file: string;
  readonly value?: unknown;
  readonly error?: unknown;
  readonly warnings: readonly (Error & { readonly code?: string })[];
}

/** The programs of one test file: a folder and a pool for them, gone when its tests are over. */
export class Programs {
  #folder = "";
  #pool: ThreadPoolExecutor | undefined;
  #count = 0;

  constructor() {
    before(() => {
      mkdirSync(".build", { recursive: true });
      // Inside the workspace, so that "manycore" is found.
      this.#folder = mkdtempSync(resolve(".build", "programs-"));
      this.#pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    });
    after(async () => {
      await this.#pool?.shutdown();
      rmSync(this.#folder, { recursive: true });
    });
  }

  /** Each program has a folder of its own. */
  write(program: Program): string {
    const folder = join(this.#folder, String(this.#count++));
    mkdirSync(folder);
    for (const [name, text] of Object.entries(program.files ?? {})) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const file = join(folder, `program.${program.commonjs ? "cjs" : "js"}`);
    writeFileSync(file, textOf(program));
    return file;
  }

  async run(program: Program): Promise<Outcome> {
    const path = this.write(program);
    const { default: start } = (await import(pathToFileURL(path).href)) as { default: (pool: Executor) => unknown };
    assert.equal(typeof start, "function");
    const warnings: Error[] = [];
    const hear = (warning: Error) => warnings.push(warning);
    const file = relative(process.cwd(), path);
    process.on("warning", hear);
    try {
      return { file, value: await start(this.#pool as ThreadPoolExecutor), warnings };
    } catch (error) {
      return { file, error, warnings };
    } finally {
      await new Promise((resolve) => setImmediate(resolve)); // warnings come with the next tick
      process.off("warning", hear);
    }
  }
}
