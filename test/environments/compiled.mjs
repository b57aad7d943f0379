/** The catalogue compiled file by file to CommonJS, for environments that are about something else than compilers. */

import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transform } from "esbuild";
import { here, newFolder } from "./harness.mjs";

/** The folder; `files` are copied into it as well. */
export async function compiledCatalogue(name, files = []) {
  const folder = newFolder(name);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "commonjs" }));
  for (const each of ["program.ts", "catalogue", ...files]) {
    const target = each.split("/").at(-1);
    cpSync(join(here, each), join(folder, target), { recursive: true });
  }
  const names = readdirSync(folder, { recursive: true }).filter((each) => each.endsWith(".ts"));
  for (const each of names) {
    const file = join(folder, each);
    const options = {
      loader: "ts",
      format: "cjs",
      target: "node20.19",
      // As Babel does; Jest's context has no import().
      supported: { "dynamic-import": false },
      sourcemap: "inline",
      sourcefile: file,
    };
    const { code } = await transform(readFileSync(file, "utf8"), options);
    const renamed = code.replace(/((?:import|require)\("\.[^"]+)\.ts"/g, '$1.js"');
    writeFileSync(file.replace(/\.ts$/, ".js"), renamed);
    rmSync(file);
  }
  return folder;
}
