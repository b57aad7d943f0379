/** What `capture` is in a worker: there as soon as it is named, filled when its function and its values are. */

type Callable = (...args: unknown[]) => unknown;

/** A closure over one plain object: a task that ships it on ships that. */
function captureOf(held: { target: Callable; readonly values: Record<string, unknown> }): Callable {
  return (...args) => held.target(held.values, ...args);
}

export class Capturing {
  readonly values: Record<string, unknown> = {};
  readonly call: Callable;
  readonly #held = {
    target: (): unknown => {
      throw new Error("This capture was called while it was being made.");
    },
    values: this.values,
  };

  constructor() {
    this.call = captureOf(this.#held);
  }

  aim(target: Callable): void {
    this.#held.target = target as () => unknown;
    Object.defineProperty(this.call, "name", { value: target.name, configurable: true });
  }
}
