/** The ring's arithmetic, one step at a time and without memory: what `ring.ts` does, and what the model test walks through. */

/** Bytes before a record: its length, and as many for its bytes to begin at a multiple of eight. */
export const LENGTH_BYTES = 8;

/** To and from shared memory V8 copies word by word where both ends are aligned alike, else byte by byte, eight times as slow. */
const align = (bytes: number): number => (bytes + 7) & ~7;

/** What a record of this length takes. */
export const sizeOf = (length: number): number => LENGTH_BYTES + align(length);

/** Bytes that are left empty at the end, because a record of this size never wraps. `capacity` is a power of two. */
export function skipBefore(position: number, size: number, capacity: number): number {
  const untilEnd = capacity - (position & (capacity - 1));
  return size > untilEnd ? untilEnd : 0;
}

/** Positions only grow, and wrap after 2^32: the difference is right all the same. */
export const moved = (position: number, bytes: number): number => (position + bytes) | 0;

/** Are `bytes` free, with the writer at `tail` and the reader seen at `head`? A reader that was seen long ago has moved on: then there is more. */
export const hasRoom = (tail: number, head: number, bytes: number, capacity: number): boolean =>
  ((tail - head) | 0) + bytes <= capacity;
