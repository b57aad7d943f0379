/**
 * Host-global numbers of definitions, and which host object each one stands for. One registry for every copy of this
 * library in the thread: a handle made by one copy may be passed to another copy's executor.
 */

interface Registry {
  nextId: number;
  nextCodeId: number;
  /** Weak, so that a dropped closure takes its captured values with it. */
  readonly originals: Map<number, Pick<WeakRef<object>, "deref">>;
  /** Definitions that stand for more than one object: they outlive each of them. */
  readonly common: Set<number>;
  readonly listeners: Set<(ids: readonly number[]) => void>;
  readonly finalization: FinalizationRegistry<readonly number[]>;
}

const KEY = Symbol.for("manycore.definitions");
const shared = globalThis as { [KEY]?: Registry };

function create(): Registry {
  const originals: Registry["originals"] = new Map();
  const common = new Set<number>();
  const listeners = new Set<(ids: readonly number[]) => void>();
  const finalization = new FinalizationRegistry<readonly number[]>((dead) => {
    const ids = dead.filter((id) => !common.has(id));
    for (const id of ids) originals.delete(id);
    if (ids.length > 0) for (const listener of listeners) listener(ids);
  });
  return { nextId: 1, nextCodeId: 1, originals, common, listeners, finalization };
}

shared[KEY] ??= create();
const registry = shared[KEY];

/** A new definition's number. */
export function newId(): number {
  return registry.nextId++;
}

/** A new number for a source text at its place. */
export function newCodeId(): number {
  return registry.nextCodeId++;
}

/** From now on `id` stands for `original`, until that is collected. */
export function remember(id: number, original: object): void {
  registry.originals.set(id, new WeakRef(original));
  registry.finalization.register(original, [id]);
}

/**
 * `id` stands for `original` as well, and from now on for ever: the functions of one place in a script. One of them is
 * kept, since calls of any other name the same id.
 */
export function rememberCommon(id: number, original: object): void {
  if (registry.common.has(id)) return;
  registry.common.add(id);
  registry.originals.set(id, { deref: () => original });
}

/** These definitions die with `owner`: what a closure captured dies with the closure. */
export function forgetWith(owner: object, ids: readonly number[]): void {
  registry.finalization.register(owner, ids);
}

/** The host's object behind a definition that a reply names; undefined when it was collected. */
export function originalOf(id: number): unknown {
  return registry.originals.get(id)?.deref();
}

/**
 * Calls `listener` with definitions that nothing on the host can name any more, so that workers may drop them.
 * @returns a function that ends this
 */
export function onForgotten(listener: (ids: readonly number[]) => void): () => void {
  registry.listeners.add(listener);
  return () => registry.listeners.delete(listener);
}
