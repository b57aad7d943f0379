/** A result that changes owner instead of being copied. */

/** The well-known key of moved values, one for every copy of this library in the process. */
const MOVED: unique symbol = Symbol.for("manycore.moved");

/** What `move` returns: good only as the value that a task returns. */
export interface Moved<T> {
  readonly [MOVED]: { readonly value: T; readonly transfer: ReadonlySet<object> };
}

class MovedValue<T> implements Moved<T> {
  readonly [MOVED]: { readonly value: T; readonly transfer: ReadonlySet<object> };

  constructor(value: T, transfer: ReadonlySet<object>) {
    this[MOVED] = { value, transfer };
  }
}

/**
 * Return this from a task to hand over memory without a copy: `return move(pixels, [pixels.buffer])`. The future's
 * value is `value`; the task's side loses what is in the list. For arguments there is `pool.with({ transfer })`.
 * Between threads only; elsewhere the value is copied. Python: nothing.
 *
 * @throws TypeError if `transferList` is not iterable or holds anything but objects that can be moved
 */
export function move<T>(value: T, transferList: Iterable<object>): T {
  const transfer = new Set(transferList);
  for (const each of transfer) {
    const movable = typeof each === "object" && each !== null && !ArrayBuffer.isView(each);
    if (!movable)
      throw new TypeError(
        "move(value, transferList): the list takes ArrayBuffers, MessagePorts and streams. For a typed array list its buffer.",
      );
  }
  // The task's return type is to be that of its value: whoever awaits the future never sees the wrapper.
  return new MovedValue(value, transfer) as unknown as T;
}

export function isMoved(value: unknown): value is Moved<unknown> {
  if (typeof value !== "object" || value === null) return false;
  try {
    return MOVED in value;
  } catch {
    return false; // a revoked proxy
  }
}

export const moved = (value: Moved<unknown>): Moved<unknown>[typeof MOVED] => value[MOVED];
