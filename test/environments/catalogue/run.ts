/** Runs groups on pools, each case as it is shipped by default and by value, and says how each went. */

import { deepStrictEqual, match, ok } from "node:assert";
import { type Executor, FunctionShippingError, ProcessPoolExecutor, ThreadPoolExecutor } from "manycore";
import type { Case, Group, RefusedCase } from "./case.ts";

/** What the environment lacks or changes. */
export interface Facts {
  /** Captured variables can be read. Default true. */
  readonly inspector?: boolean;
  /** Enums, namespaces and decorators are compiled; Node strips types alone. Default true. */
  readonly compiles?: boolean;
  /** Standard decorators are compiled, too. Default true. */
  readonly decorators?: boolean;
  /** Modules have `import.meta.url`. Default true. */
  readonly importMeta?: boolean;
  /** Packages are modules of their own. In a bundle they go by value, which a package of hundreds of functions cannot. Default true. */
  readonly packages?: boolean;
  /** `import()` is Node's own, not a bundler's. Default true. */
  readonly imports?: boolean;
  /** So is `new URL(file, import.meta.url)`. Default true. */
  readonly assets?: boolean;
}

export interface Outcome {
  readonly name: string;
  /** What was to come of it. */
  readonly kind: "shipped" | "refused";
  /** Undefined: as it should be. */
  readonly failure: string | undefined;
  /** Undefined: wherever the caller ran it. */
  readonly room?: "processes";
}

/** What asks most of how a process is started: loaders, resolution, compiled code. The rest is the same as in a thread. */
const OF_A_START: ReadonlySet<string> = new Set([
  "the entry module",
  "closures",
  "modules",
  "packages",
  "import.meta",
  "compiled declarations",
  "decorators",
  "errors",
]);

/** All of it on threads, and what asks most of a start on processes. */
export async function runOnRooms(groups: readonly Group[], facts: Facts): Promise<Outcome[]> {
  const threads = new ThreadPoolExecutor({ maxWorkers: 2 });
  try {
    return [...(await runGroups(threads, groups, facts)), ...(await runOnProcesses(groups, facts))];
  } finally {
    await threads.shutdown();
  }
}

async function runOnProcesses(groups: readonly Group[], facts: Facts): Promise<Outcome[]> {
  const processes = new ProcessPoolExecutor({ maxWorkers: 2 });
  try {
    const wanted = groups.filter(({ name }) => OF_A_START.has(name));
    const outcomes = await runGroups(processes, wanted, facts);
    return outcomes.map((each) => ({ ...each, name: `${each.name}, on processes`, room: "processes" }));
  } finally {
    await processes.shutdown();
  }
}

export async function runGroups(pool: Executor, groups: readonly Group[], facts: Facts): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const note = async (name: string, kind: Outcome["kind"], body: () => unknown) => {
    try {
      await body();
      outcomes.push({ name, kind, failure: undefined });
    } catch (error) {
      outcomes.push({ name, kind, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  };
  const { inspector = true } = facts;
  for (const group of groups) {
    for (const each of group.cases) {
      const isOut = each.captures && !inspector;
      const lacks = each.needs !== undefined && facts[each.needs] === false;
      for (const [how, view] of [
        ["", pool],
        [" (by value)", pool.with({ ship: "value" })],
      ] as const) {
        const name = `${group.name}: ${each.name}${how}`;
        if (isOut) await note(name, "refused", () => checkUninspected(() => each.run(view)));
        else if (lacks) await note(name, "refused", () => checkLacking(() => each.run(view)));
        else await note(name, "shipped", () => check(view, each));
      }
    }
    for (const each of group.refused ?? []) {
      await note(`${group.name}: ${each.name} (refused)`, "refused", () =>
        each.captures === true && !inspector ? checkUninspected(() => each.submit(pool)) : checkRefused(pool, each),
      );
    }
  }
  return outcomes;
}

async function check(pool: Executor, { run, expected }: Case): Promise<void> {
  deepStrictEqual(await run(pool), expected);
}

async function checkLacking(run: () => unknown): Promise<void> {
  const caught = await thrown(run);
  ok(caught instanceof FunctionShippingError, `it was not refused: ${caught}`);
}

async function thrown(run: () => unknown): Promise<unknown> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** A map over an iterable says it by its promise, everything else at once. */
async function checkUninspected(run: () => unknown): Promise<void> {
  const caught = await thrown(run);
  ok(caught instanceof FunctionShippingError, `it was not refused: ${caught}`);
  match(caught.message, /this runtime has no inspector/);
}

function checkRefused(pool: Executor, { submit, problem, fix }: RefusedCase): void {
  let caught: unknown;
  try {
    submit(pool);
  } catch (error) {
    caught = error;
  }
  ok(caught instanceof FunctionShippingError, `it was not refused: ${caught}`);
  match(caught.message, problem);
  match(caught.message, fix);
}
