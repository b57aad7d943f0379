/**
 * A number as V8 holds one that was never in a Float64Array. What is read from there counts as a floating-point number,
 * however whole, and code that was compiled for those is slower: a loop up to it, an index, a counter.
 */
export function natural(value: number): number {
  const int = value | 0;
  return int === value && (int !== 0 || 1 / value > 0) ? int : value;
}
