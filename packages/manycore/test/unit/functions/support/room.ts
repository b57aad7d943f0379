/** A worker thread that runs what is shipped to it, without any executor. */

import { once } from "node:events";
import { dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { DefinitionBody, Shipped } from "../../../../src/functions/definitions.ts";
import { encodeArguments } from "../../../../src/functions/encoding.ts";
import { originalOf } from "../../../../src/functions/registry.ts";
import { type ShipOptions, ship } from "../../../../src/functions/ship.ts";
import { Told } from "../../../../src/transports/rings/told.ts";
import { decode } from "../../../../src/wire/decode.ts";
import { decodeThrown } from "../../../../src/wire/errors.ts";
import type { Request } from "./table-worker.ts";

interface Answer {
  readonly ok: boolean;
  readonly bytes: Uint8Array;
  readonly attachments: readonly unknown[];
}

/** The test file's folder: tests run as ES modules and as CommonJS, where one way to ask does not exist. */
export const here = dirname(process.argv[1] as string);
export const extension = extname(process.argv[1] as string);
export const fixtures = join(here, "../../fixtures/shipping");

/** Imports a fixture; each call gives the one module. */
export function fixture<T>(name: string): () => Promise<T> {
  return () => import(pathToFileURL(join(fixtures, name)).href) as Promise<T>;
}

export class Room {
  readonly #worker = new Worker(join(here, "support", `table-worker${extension}`));
  readonly #told = new Told();
  /** Definitions sent by the last call. */
  sent: readonly (readonly [id: number, body: DefinitionBody])[] = [];
  #forgotten: readonly number[] = [];

  /** Ship the function, run it there with these arguments, and bring back what comes of it. */
  run<A extends readonly unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
    return this.runShipped(ship(fn), args) as Promise<Awaited<R>>;
  }

  runWith<A extends readonly unknown[], R>(
    options: ShipOptions,
    fn: (...args: A) => R,
    ...args: A
  ): Promise<Awaited<R>> {
    return this.runShipped(ship(fn, options), args) as Promise<Awaited<R>>;
  }

  runShipped(shipped: Shipped, args: readonly unknown[]): Promise<unknown> {
    const { bytes, attachments, needs } = encodeArguments(args, "again");
    const definitions = this.#told.missing(shipped, needs) ?? [];
    this.sent = definitions;
    const request: Request = {
      definitions,
      forgotten: this.#told.forget(this.#forgotten),
      needs: [shipped.definition.id, ...needs.map(({ id }) => id)],
      fn: shipped.definition.id,
      args: bytes.slice(),
      attachments,
    };
    this.#forgotten = [];
    return this.#ask(request);
  }

  /** Tell the worker with the next call that these are gone. */
  forget(ids: readonly number[]): void {
    this.#forgotten = ids;
  }

  dispose(): Promise<unknown> {
    return this.#ask("dispose");
  }

  warnings(): Promise<string[]> {
    return this.#ask("warnings") as Promise<string[]>;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  async #ask(request: Request | "dispose" | "warnings"): Promise<unknown> {
    this.#worker.postMessage(request);
    const [{ ok, bytes, attachments }] = (await once(this.#worker, "message")) as [Answer];
    if (ok) return decode(bytes, attachments, { resolve: originalOf });
    throw decodeThrown(bytes, attachments, { resolve: originalOf });
  }
}
