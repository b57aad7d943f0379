import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["*.test.ts"],
    // The default pool is forks; the command line names another.
    maxWorkers: 1,
    testTimeout: 60_000,
    // Installed packages are Node's to load. The library is linked here, so that has to be said.
    server: { deps: { external: [/packages\/manycore\/dist/] } },
  },
});
