/** Data on its way: a value's bytes, encoded again when asked, and new only when they differ. */

import { SerializationError } from "../errors.ts";
import { Encoder } from "../wire/encode.ts";
import type { Payload } from "../wire/payload.ts";
import type { Definition, Shipped } from "./definitions.ts";
import type { Journey, Parcel } from "./parcel.ts";
import { Refusal } from "./refusal.ts";
import { newId } from "./registry.ts";

/** Encoding more than this, or for longer, again in every burst is worth a warning. */
const MUCH_BYTES = 1 << 20;
const LONG_MS = 10;
/** Below this a long time is the machine's, not the data's. */
const SOME_BYTES = 1 << 16;

const IN_TASK = "Make it inside the task, or once per worker with perWorker(() => ...)";

const encoder = new Encoder();

/** The bytes name a parcel by its id alone: the parcel may not be packed yet, and may lead back to this data. */
const mentions = new WeakMap<Parcel, Shipped>();

function mention(parcel: Parcel): Shipped {
  let shipped = mentions.get(parcel);
  if (shipped === undefined) {
    const definition: Definition = {
      id: parcel.id,
      version: 0,
      body: { kind: "global", path: [] },
      original: undefined,
    };
    shipped = { definition, needs: [definition] };
    mentions.set(parcel, shipped);
  }
  return shipped;
}

export class Contents {
  readonly #name: string;
  readonly #isVariable: boolean;
  #payload: Payload | undefined;
  #children: readonly Parcel[] = [];
  #needs: readonly Definition[] = [];
  #warned = false;

  /** `name` is where paths to bad values start; it is a captured variable, or what a bound function carries. */
  constructor(name: string, { isVariable = true } = {}) {
    this.#name = name;
    this.#isVariable = isVariable;
  }

  get payload(): Payload {
    return this.#payload as Payload;
  }

  get children(): readonly Parcel[] {
    return this.#children;
  }

  /** Definitions of registered classes, which the encoder makes. */
  get needs(): readonly Definition[] {
    return this.#needs;
  }

  /** Encode the value as it is now; false when nothing has changed. */
  update(value: unknown, journey: Journey): boolean {
    const children = new Set<Parcel>();
    const define = (inner: unknown): Shipped => {
      const parcel = journey.parcelOf(inner as object, false);
      children.add(parcel);
      return mention(parcel);
    };
    const started = performance.now();
    const encoded = this.#encode(value, define);
    if (this.#isVariable) this.#warnOfPrice(encoded.bytes.length, performance.now() - started);
    const mentioned = new Set([...children].map((parcel) => parcel.id));
    this.#children = [...children];
    this.#needs = encoded.needs.filter(({ id }) => !mentioned.has(id));
    if (this.#payload !== undefined && isSame(this.#payload, encoded)) return false;
    this.#payload = { ...encoded, bytes: kept(encoded.bytes) };
    return true;
  }

  #encode(value: unknown, define: (inner: unknown) => Shipped): Payload {
    try {
      return encoder.encode(value, { root: this.#name, define, nextId: newId });
    } catch (cause) {
      if (!(cause instanceof SerializationError)) throw cause;
      const what = withoutStop(cause.message);
      if (!this.#isVariable) throw new Refusal(`carries what cannot be sent: ${what}`, IN_TASK, { cause });
      throw new Refusal(`captures \`${this.#name}\`, and ${what}`, IN_TASK, { variable: this.#name, cause });
    }
  }

  #warnOfPrice(bytes: number, ms: number): void {
    if (this.#warned || !(bytes > MUCH_BYTES || (ms > LONG_MS && bytes > SOME_BYTES))) return;
    this.#warned = true;
    process.emitWarning(
      `The captured variable \`${this.#name}\` (${(bytes / 1e6).toFixed(1)} MB) is encoded anew for every burst of calls, in case it has changed. ` +
        `If it does not change, capture share(${this.#name}) instead and read its .value: that is encoded once.`,
      { type: "ManycoreWarning", code: "MANYCORE_LARGE_CAPTURE" },
    );
  }
}

const withoutStop = (text: string): string => text.replace(/[.]$/, "");

/** A small payload is a window on the encoder's slab, and would keep all of that alive. */
const kept = (bytes: Uint8Array): Uint8Array => (bytes.length * 2 < bytes.buffer.byteLength ? bytes.slice() : bytes);

function isSame(a: Payload, b: Payload): boolean {
  return (
    a.attachments.length === b.attachments.length &&
    a.attachments.every((each, index) => each === b.attachments[index]) &&
    Buffer.compare(a.bytes, b.bytes) === 0
  );
}
