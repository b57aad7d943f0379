/**
 * What a big Map or Set of primitives held when it was encoded last. Encoding takes ten times as long as comparing, and
 * a captured table that has not changed between two bursts is not likely to before the third.
 */

/** Below this, encoding again costs next to nothing. */
const FEWEST = 256;

const forEachOfMap = Map.prototype.forEach;
const forEachOfSet = Set.prototype.forEach;

export class Snapshot {
  readonly #table: Table;
  readonly #parts: readonly unknown[];

  private constructor(table: Table, parts: readonly unknown[]) {
    this.#table = table;
    this.#parts = parts;
  }

  /** Undefined for anything whose parts may change by themselves, or that is small. */
  static of(value: unknown): Snapshot | undefined {
    if (!isTable(value) || value.size < FEWEST) return undefined;
    const parts: unknown[] = [];
    let isFlat = true;
    visit(value, (part) => {
      isFlat &&= isPrimitive(part);
      parts.push(part);
    });
    return isFlat ? new Snapshot(value, parts) : undefined;
  }

  /** Is it the same table, and does it hold exactly this, in this order? */
  isStill(value: unknown): boolean {
    if (value !== this.#table || !isTable(value)) return false;
    const parts = this.#parts;
    let at = 0;
    let isSame = true;
    visit(value, (part) => {
      isSame &&= Object.is(part, parts[at]);
      at++;
    });
    return isSame && at === parts.length;
  }
}

type Table = Map<unknown, unknown> | Set<unknown>;

function isTable(value: unknown): value is Table {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Map.prototype || prototype === Set.prototype;
}

function visit(table: Table, seen: (part: unknown) => void): void {
  if (Object.getPrototypeOf(table) === Set.prototype) return forEachOfSet.call(table as Set<unknown>, seen);
  forEachOfMap.call(table as Map<unknown, unknown>, (value, key) => {
    seen(key);
    seen(value);
  });
}

const isPrimitive = (value: unknown): boolean =>
  (typeof value !== "object" && typeof value !== "function") || value === null;
