/**
 * `await future` and `Promise.all(futures)` call `then` with two functions of the engine's, which settle a promise that is
 * there already. To make one more for them, and one for what they return, were two thirds of what an awaited future costs.
 */

type Settle = (value: never) => void;

const textOf = Function.prototype.toString;
const ENGINES_TEXT = textOf.call(resolveOf());

function resolveOf(): unknown {
  let found: unknown;
  new Promise((resolve) => {
    found = resolve;
  });
  return found;
}

/** A function like those that `new Promise` gives: no name, one parameter, no source. They run nothing of the user's. */
export function isOfEngine(fn: unknown): fn is Settle {
  return typeof fn === "function" && fn.length === 1 && fn.name === "" && textOf.call(fn) === ENGINES_TEXT;
}

/**
 * The promise of such a `then`: done with nothing when the future is done. The engine does not look at it; it is made when
 * somebody else does.
 */
export class Aftermath implements Promise<undefined> {
  readonly #future: PromiseLike<unknown>;

  constructor(future: PromiseLike<unknown>) {
    this.#future = future;
  }

  // biome-ignore lint/suspicious/noThenProperty: it stands for a promise
  then<A = undefined, B = never>(
    onValue?: ((value: undefined) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#promise().then(onValue, onError);
  }

  catch<B = never>(onError?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<undefined | B> {
    return this.#promise().catch(onError);
  }

  finally(onDone?: (() => void) | null): Promise<undefined> {
    return this.#promise().finally(onDone);
  }

  get [Symbol.toStringTag](): string {
    return "Promise";
  }

  async #promise(): Promise<undefined> {
    try {
      await this.#future;
    } catch {
      // its own function has been told
    }
    return undefined;
  }
}
