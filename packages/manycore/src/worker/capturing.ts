/** What `capture` is in a worker: there as soon as it is named, filled when its function and its values are. */

type Callable = (...args: unknown[]) => unknown;

export class Capturing {
  readonly values: Record<string, unknown> = {};
  readonly call: Callable = (...args) => this.#target(this.values, ...args);
  #target: Callable = () => {
    throw new Error("This capture was called while it was being made.");
  };

  aim(target: Callable): void {
    this.#target = target;
    Object.defineProperty(this.call, "name", { value: target.name, configurable: true });
  }
}
