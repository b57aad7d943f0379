/**
 * A user's function becomes a definition that any worker can make a function of, synchronously, at the call.
 *
 *   ship(fn)                unchanged in this burst? the same Shipped as before, one look-up
 *     parcels.ts            which kind of thing it is: a reference, a text, a bound function, a handle
 *       insight.ts          V8: where the function is from, what it has captured, as live values
 *       script.ts           the script it is from: imports, exports, which variables are ever assigned
 *       reference.ts        a module or the runtime has it under a name: that name is all that is sent
 *       function-text.ts    otherwise its text, analysed once a place: free variables, what cannot come along
 *     code-parcel.ts        each free variable (captures.ts) becomes a binding: an import, a value, another parcel
 *     data-parcel.ts        data is encoded, and is a new version only where its bytes differ
 *   → the definition, and all that it needs in turn
 *
 * A variable that is assigned somewhere is read at every call. Captured objects are encoded once a burst, which is one
 * turn of the microtask queue: whoever changes a captured Map between two awaits finds the change in the worker.
 */

import { types } from "node:util";
import { FunctionShippingError } from "../errors.ts";
import type { Definition, Shipped } from "./definitions.ts";
import { HANDLE, isHandle } from "./handle.ts";
import { PARCEL, type Parcel } from "./parcel.ts";
import { Walk } from "./parcels.ts";
import { describeFunction, Refusal } from "./refusal.ts";
import { refusals } from "./refusals.ts";

/** More than this in one shipment is a mistake: a whole application hangs on some variable. */
const MOST_FUNCTIONS = 500;
const MOST_CODE = 256 * 1024;

/** What was shipped for a function, and until which burst it holds. */
interface Sent {
  readonly shipped: Shipped;
  /** It has been found fit to be called. */
  readonly isTask: boolean;
  readonly until: number;
}

const byReference = new WeakMap<object, Sent>();
const byValue = new WeakMap<object, Sent>();

let burst = 1;
let isBurst = false;

function startBurst(): number {
  if (!isBurst) {
    isBurst = true;
    queueMicrotask(endBurst);
  }
  return burst;
}

function endBurst(): void {
  isBurst = false;
  burst++;
}

export interface ShipOptions {
  /** The source text and its captured variables, even where a module exports the function. Default false. */
  readonly byValue?: boolean;
}

/**
 * The definition of a task, with all that it needs.
 * @throws FunctionShippingError, with the function, the variable and the way out; TypeError for what is no function
 */
// biome-ignore lint/suspicious/noExplicitAny: any function, called nowhere here
export function ship(fn: (...args: any[]) => unknown, options?: ShipOptions): Shipped {
  const asValue = options?.byValue === true;
  const sent = (asValue ? byValue : byReference).get(fn);
  if (sent !== undefined && sent.until >= burst && sent.isTask) return sent.shipped;
  if (typeof fn !== "function") throw new TypeError(`A function is wanted, not ${describe(fn)}.`);
  const obstacle = taskObstacle(fn);
  if (obstacle !== undefined) throw shippingError(obstacle, labelOf(fn));
  return shipAnew(fn, asValue, true);
}

/** The definition of a function, class or handle that is part of a value: it is not called as a task is. */
export function shipValue(value: object): Shipped {
  const sent = byReference.get(value);
  if (sent !== undefined && sent.until >= burst) return sent.shipped;
  if (!(PARCEL in value) && isHandle(value)) return value[HANDLE]();
  return shipAnew(value, false, sent?.isTask === true);
}

function taskObstacle(fn: (...args: never[]) => unknown): Refusal | undefined {
  if (types.isGeneratorFunction(fn)) return refusals.generator(fn, types.isAsyncFunction(fn));
  if (!/^class\b/.test(Function.prototype.toString.call(fn))) return undefined;
  return refusals.class(fn as { readonly prototype: object });
}

/** What a function is called where nothing of it is packed. */
function labelOf(fn: object): string {
  const walk = new Walk(startBurst(), () => {});
  try {
    return walk.parcelOf(fn, true).label ?? describeFunction(fn, undefined, undefined);
  } finally {
    walk.end();
  }
}

function shipAnew(value: object, asValue: boolean, isTask: boolean): Shipped {
  const { root, parcels } = walkFrom(value, asValue);
  const definitions = new Set<Definition>();
  for (const parcel of parcels) {
    definitions.add(parcel.definition as Definition);
    for (const needed of parcel.needs) definitions.add(needed);
  }
  const sent = asValue ? byValue : byReference;
  const before = sent.get(value)?.shipped;
  const shipped =
    before !== undefined && isSame(before.needs, definitions)
      ? before
      : { definition: root.definition as Definition, needs: [...definitions] };
  sent.set(value, { shipped, isTask, until: holdsUntil(parcels) });
  return shipped;
}

/** For ever, or for this burst where data could change, or not at all where a variable is assigned somewhere. */
function holdsUntil(parcels: readonly Parcel[]): number {
  if (parcels.some((parcel) => parcel.fickle === true)) return 0;
  return parcels.every((parcel) => parcel.settled) ? Infinity : burst;
}

/** Pack all there is to pack. When a variable turns out to be assigned by a task, those that read it are packed again. */
function walkFrom(value: object, asValue: boolean): { root: Parcel; parcels: readonly Parcel[] } {
  for (;;) {
    const started = startBurst();
    const walk = new Walk(started, () => burst++);
    try {
      const root = walk.parcelOf(value, asValue);
      const parcels = gather(root, walk, value);
      if (burst === started) return { root, parcels };
    } finally {
      walk.end();
    }
  }
}

const isSame = (needs: readonly Definition[], definitions: ReadonlySet<Definition>): boolean =>
  needs.length === definitions.size && needs.every((each) => definitions.has(each));

/** Everything within reach of the root, packed. */
function gather(root: Parcel, walk: Walk, value: object): Parcel[] {
  const parents = new Map<Parcel, Parcel | undefined>([[root, undefined]]);
  const parcels = [root];
  let functions = 0;
  let code = 0;
  for (const parcel of parcels) {
    walk.around = parents.get(parcel);
    try {
      parcel.pack(walk);
      if (parcel.codeSize > 0) functions++;
      code += parcel.codeSize;
      if (functions > MOST_FUNCTIONS)
        throw refusals.tooMuch(`${MOST_FUNCTIONS} functions`, { fn: value, isModule: true });
      if (code > MOST_CODE) throw refusals.tooMuch(`${MOST_CODE / 1024} KB of code`, { fn: value, isModule: true });
    } catch (error) {
      throw error instanceof Refusal ? onTheWay(error, parcel, parents) : error;
    }
    for (const child of parcel.children) {
      if (parents.has(child)) continue;
      parents.set(child, parcel);
      parcels.push(child);
    }
  }
  return parcels;
}

/** The whole story: from the function that was passed, by way of what needs what, to the obstacle and the way out. */
function onTheWay(
  refusal: Refusal,
  parcel: Parcel,
  parents: ReadonlyMap<Parcel, Parcel | undefined>,
): FunctionShippingError {
  const way: Parcel[] = [];
  for (let each: Parcel | undefined = parcel; each !== undefined; each = parents.get(each)) way.unshift(each);
  const labels = way.flatMap(({ label }) => (label === undefined ? [] : [label]));
  const [first = "the value", ...others] = labels;
  const variable = refusal.variable ?? variableOf(parcel, parents.get(parcel));
  return shippingError(
    refusal,
    first,
    others.length > 6 ? [...others.slice(0, 3), "...", ...others.slice(-2)] : others,
    variable,
  );
}

function shippingError(
  { problem, fix, cause }: Refusal,
  label: string,
  way: readonly string[] = [],
  variable?: string,
): FunctionShippingError {
  const story = ["it", ...way.map((each) => `needs ${each}, which`), problem].join(" ");
  const options = { functionName: nameIn(label), variable, fix: `${fix}.`, ...(cause !== undefined && { cause }) };
  return new FunctionShippingError(`Cannot ship ${label}: ${story}. ${fix}.`, options);
}

/** The name of the captured variable that led from one function to another. */
function variableOf(parcel: Parcel, parent: Parcel | undefined): string | undefined {
  const body = parent?.definition?.body;
  if (body?.kind !== "code") return undefined;
  return body.bindings.find((binding) => "id" in binding && binding.id === parcel.id)?.name;
}

/** A named function by its name, another one by its place. */
const nameIn = (label: string): string => /^"(.+?)"/.exec(label)?.[1] ?? label;

const describe = (value: unknown): string =>
  value === null || value === undefined
    ? String(value)
    : typeof value === "object"
      ? "an object"
      : `the ${typeof value} ${String(value)}`;
