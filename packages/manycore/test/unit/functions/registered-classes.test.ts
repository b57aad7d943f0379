import assert from "node:assert/strict";
import { test } from "node:test";
import { FunctionShippingError } from "manycore";
import { Programs } from "./support/programs.ts";

const programs = new Programs();

const job = (before: string) => `
      class Job {
        constructor(x) { this.x = x; }
        async run() { ${before} return pool.submit((x) => x, this.x); }
      }
      registerClass(Job);
      return pool.submit(() => 1);`;

// A class stays registered, and this one is in the way of all that follows: the mended one comes first.
test("a registered class whose methods make what they need is in nobody's way", async () => {
  const { value, error } = await programs.run({ text: job("const pool = new ThreadPoolExecutor();") });
  if (error !== undefined) throw error;
  assert.equal(value, 1);
});

test("a registered class that cannot be shipped is told of by whoever submits something else", async () => {
  const { file, error } = await programs.run({ text: job("").replaceAll("Job", "Task") });
  assert.ok(error instanceof FunctionShippingError);
  assert.equal(
    error.message,
    `Every worker is told of the class Task, which is registered. Cannot ship "Task" (${file}:2): it captures \`pool\`, an executor, which cannot leave its thread. Make one in the task: new ThreadPoolExecutor().`,
  );
  assert.deepEqual([error.functionName, error.variable], ["Task", "pool"]);
});
