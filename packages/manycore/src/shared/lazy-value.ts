/** A value that is made at its first use, and disposed of at the end. */

export class LazyValue<T> {
  readonly #factory: () => T;
  readonly #dispose: ((value: Awaited<T>) => unknown) | undefined;
  #made: { readonly value: T } | undefined;

  constructor(factory: () => T, dispose: ((value: Awaited<T>) => unknown) | undefined) {
    this.#factory = factory;
    this.#dispose = dispose;
  }

  get(): T {
    if (this.#made === undefined) {
      const made = { value: this.#factory() };
      this.#made = made;
      forgetFailure(made.value, () => {
        if (this.#made === made) this.#made = undefined;
      });
    }
    return this.#made.value;
  }

  /** Disposes of the value if there is one; what the disposer throws is the caller's. */
  async dispose(): Promise<void> {
    const made = this.#made;
    this.#made = undefined;
    if (made === undefined || this.#dispose === undefined) return;
    let value: Awaited<T>;
    try {
      value = await made.value;
    } catch {
      return; // it never came to be
    }
    await this.#dispose(value);
  }
}

/** An asynchronous factory that failed is to be tried again; who awaits the promise hears of the failure. */
function forgetFailure(value: unknown, forget: () => void): void {
  if (value instanceof Promise) value.catch(forget);
}
