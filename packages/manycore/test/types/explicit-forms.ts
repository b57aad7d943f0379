/** What `capture`, `task` and `tasks` infer and refuse. Never run: it only has to compile. */

import { capture, type Executor, type Future, type Task, task, tasks } from "manycore";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function expectType<Holds extends true>(): Holds;
declare const pool: Executor;

interface Shapes {
  area(width: number, height: number): number;
  name(id: number): Promise<string>;
  readonly unit: string;
  readonly Shape: new () => object;
}

const k = 2;
const names = new Map<string, number>();
const scaled = capture({ k, names }, ({ k, names }, x: number, name: string) => k * x + (names.get(name) ?? 0));
expectType<Equal<typeof scaled, (x: number, name: string) => number>>();
const submitted = pool.submit(scaled, 1, "a");
expectType<Equal<typeof submitted, Future<number>>>();
// @ts-expect-error not among the values
capture({ k }, ({ other }) => other);
// @ts-expect-error an argument is missing
pool.submit(scaled, 1);

const { area, name } = tasks<Shapes>("file:///shapes.js");
expectType<Equal<typeof area, Task<Shapes["area"]>>>();
const areas = pool.submit(area, 1, 2);
expectType<Equal<typeof areas, Future<number>>>();
const named = pool.submit(name, 1);
expectType<Equal<typeof named, Future<string>>>();
// @ts-expect-error no function
tasks<Shapes>("file:///shapes.js").unit;
// @ts-expect-error a class cannot be called
tasks<Shapes>("file:///shapes.js").Shape;

const one = pool.submit(task<Shapes["area"]>(new URL("file:///shapes.js"), "area"), 1, 2);
expectType<Equal<typeof one, Future<number>>>();
const untyped = pool.submit(task("file:///shapes.js", "area"), 1, "anything");
expectType<Equal<typeof untyped, Future<unknown>>>();
// @ts-expect-error a wrong argument
pool.submit(task<Shapes["area"]>("file:///shapes.js", "area"), "1", 2);
