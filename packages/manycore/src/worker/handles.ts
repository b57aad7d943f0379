/** What a worker makes of the handles it is sent. */

import { FunctionShippingError } from "../errors.ts";
import type { Shipped } from "../functions/definitions.ts";
import { HANDLE } from "../functions/handle.ts";
import { LazyValue } from "../shared/lazy-value.ts";

/** A `perWorker` handle in a worker: the worker's own value. */
export class WorkerOwn {
  readonly #value: LazyValue<unknown>;

  constructor(factory: () => unknown, dispose: ((value: unknown) => unknown) | undefined) {
    this.#value = new LazyValue(factory, dispose);
  }

  get(): unknown {
    return this.#value.get();
  }

  dispose(): Promise<void> {
    return this.#value.dispose();
  }

  [HANDLE](): Shipped {
    return refuse("perWorker", "Make one in the task that submits: perWorker(() => ...)");
  }
}

/** A `share`d value in a worker: decoded when it is first read. */
export class WorkerShared {
  readonly #decode: () => unknown;
  #decoded: { readonly value: unknown } | undefined;

  constructor(decode: () => unknown) {
    this.#decode = decode;
  }

  get value(): unknown {
    this.#decoded ??= { value: this.#decode() };
    return this.#decoded.value;
  }

  [HANDLE](): Shipped {
    return refuse("share", "Share it again in the task that submits: share(shared.value)");
  }
}

/** A handle is known to the executor that sent it, and goes back to its host by number; another executor knows nothing of it. */
function refuse(kind: string, fix: string): never {
  throw new FunctionShippingError(
    `A ${kind} handle that came with a task cannot be sent on to another executor. ${fix}.`,
    { fix: `${fix}.` },
  );
}
