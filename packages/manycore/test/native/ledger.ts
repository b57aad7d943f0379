/** A sibling that a task needs: exported functions that workers import. */

export type Entry = { readonly name: string; readonly amount: number };

const fee: number = 3;

export function total(entries: readonly Entry[]): number {
  return entries.reduce((sum, entry) => sum + entry.amount, fee);
}

export function refuse(entry: Entry): never {
  throw new RangeError(`refused: ${entry.name}`);
}
