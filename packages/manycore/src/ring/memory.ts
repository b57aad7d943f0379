/** Memory that a ring, slots or scratch lie in: a whole buffer, or a window of one. */
export type Memory = ArrayBufferLike | Uint8Array;

/** The bytes of the memory. */
export function bytesOf(memory: Memory): Uint8Array {
  return memory instanceof Uint8Array ? memory : new Uint8Array(memory);
}

/** The memory cut into parts of these lengths, each beginning at a whole cache line. */
export function parts(memory: Memory, lengths: readonly number[]): Uint8Array[] {
  const bytes = bytesOf(memory);
  let at = 0;
  return lengths.map((length) => {
    const part = bytes.subarray(at, at + length);
    at += lined(length);
    return part;
  });
}

/** What `parts` needs for these lengths. */
export const bytesForParts = (lengths: readonly number[]): number =>
  lengths.reduce((sum, each) => sum + lined(each), 0);

const LINE_BYTES = 64;
const lined = (length: number): number => Math.ceil(length / LINE_BYTES) * LINE_BYTES;
