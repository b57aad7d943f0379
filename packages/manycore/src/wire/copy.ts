/** Up to here a loop is quicker than a view and a call into the runtime. */
const LOOP_BYTES = 96;

/** Copies the bytes from `from` to `to`; returns where they end in the target. */
export function copyBytes(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): number {
  if (to - from > LOOP_BYTES) target.set(source.subarray(from, to), at);
  else for (let index = from; index < to; index++) target[at + index - from] = source[index] as number;
  return at + to - from;
}
