import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { uninspectedCases } from "./refusal-cases/without-inspector.ts";
import { Programs } from "./support/programs.ts";
import { testRefusals } from "./support/refusal-case.ts";
import { Room } from "./support/room.ts";

const real = process.getBuiltinModule;

// As the permission model has it: the module is there, a session cannot be had.
process.getBuiltinModule = ((name: string) => {
  if (name !== "node:inspector") return real.call(process, name);
  throw Object.assign(new Error("Access to this API has been restricted"), { code: "ERR_ACCESS_DENIED" });
}) as typeof process.getBuiltinModule;

const room = new Room();
after(async () => {
  process.getBuiltinModule = real;
  await room.close();
});

test("functions that capture nothing, and built-ins, ship without an inspector", async () => {
  assert.equal(await room.run((x: number) => Math.max(x, 2), 1), 2);
  assert.equal(await room.run(Math.sqrt, 16), 4);
  assert.equal(await room.run({ method: (x: number) => x + 1 }.method, 1), 2);
});

testRefusals(uninspectedCases);

const programs = new Programs();

test("the permission model withholds it: a capture is told of there, and works there", async () => {
  const text = `
    const k = 3;
    export default () => {};
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    try {
      pool.submit((x) => x * k, 2);
    } catch ({ variable, fix }) {
      console.log(variable, fix);
    }
    console.log(await pool.submit(capture({ k }, ({ k }, x) => x * k), 2));
    await pool.shutdown();`;
  const flag = process.allowedNodeEnvironmentFlags.has("--permission") ? "--permission" : "--experimental-permission";
  const { stdout } = await promisify(execFile)(process.execPath, [
    flag,
    "--allow-fs-read=*",
    "--allow-worker",
    programs.write({ text }),
  ]);
  assert.equal(stdout, "k Name what it captures: capture({ k }, ({ k }, x) => x * k).\n6\n");
});
