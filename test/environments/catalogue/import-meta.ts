/** What only a module has. */

import type { Group } from "./case.ts";

const nameOfFile = (): string | undefined => new URL(import.meta.url).pathname.split("/").at(-1);
const here = nameOfFile();

export const importMeta: Group = {
  name: "import.meta",
  cases: [
    {
      name: "import.meta.url is that of the module where the function is written",
      run: async (pool) => (await pool.submit(() => new URL(import.meta.url).pathname.split("/").at(-1))) === here,
      expected: true,
      captures: false,
    },
    {
      name: "a file beside the module",
      needs: "assets",
      run: (pool) => pool.submit(() => new URL("./support/towns.json", import.meta.url).href.endsWith("/towns.json")),
      expected: true,
      captures: false,
    },
  ],
};
