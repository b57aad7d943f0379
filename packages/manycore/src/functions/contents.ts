/** Data on its way: a value's bytes, encoded again when asked, and new only when they differ. */

import { SerializationError } from "../errors.ts";
import { Encoder } from "../wire/encode.ts";
import { isMoved } from "../wire/move.ts";
import type { Payload } from "../wire/payload.ts";
import { type Obstacle, obstacle } from "../wire/thread-objects.ts";
import type { Definition, Shipped } from "./definitions.ts";
import type { Journey, Parcel } from "./parcel.ts";
import { capitalised } from "./refusal.ts";
import { refusals } from "./refusals.ts";
import { newId } from "./registry.ts";
import { Snapshot } from "./snapshot.ts";

/** Encoding more than this, or for longer, again in every burst is worth a warning. */
const MUCH_BYTES = 1 << 20;
const LONG_MS = 10;
/** Below this a long time is the machine's, not the data's. */
const SOME_BYTES = 1 << 16;

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
  /** Kept once the value has been the same twice. */
  #snapshot: Snapshot | undefined;
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
    if (this.#snapshot?.isStill(value) === true) return false;
    this.#snapshot = undefined;
    const children = new Set<Parcel>();
    const define = (inner: unknown): Shipped => {
      const parcel = journey.parcelOf(inner as object, false);
      children.add(parcel);
      return mention(parcel);
    };
    const started = performance.now();
    const encoded = this.#encode(value, define, journey.around);
    if (this.#isVariable) this.#warnOfPrice(encoded.bytes.length, performance.now() - started, journey.around);
    const mentioned = new Set([...children].map((parcel) => parcel.id));
    this.#children = [...children];
    this.#needs = encoded.needs.filter(({ id }) => !mentioned.has(id));
    if (this.#payload !== undefined && isSame(this.#payload, encoded)) {
      this.#snapshot = Snapshot.of(value);
      return false;
    }
    const { bytes, attachments, transfer, needs } = encoded;
    this.#payload = { bytes: kept(bytes), attachments, transfer, needs };
    return true;
  }

  #encode(value: unknown, define: (inner: unknown) => Shipped, by: Parcel | undefined): Payload {
    if (isMoved(value)) {
      const { what, fix } = obstacle(value, () => this.#name) as Obstacle;
      throw refusals.data(this.#name, this.#name, `is ${what}`, fix, undefined);
    }
    try {
      return encoder.encode(value, { root: this.#name, by: () => by?.label, define, nextId: newId });
    } catch (cause) {
      if (!(cause instanceof SerializationError)) throw cause;
      const { path = this.#name, problem, fix } = partsOf(cause);
      throw this.#isVariable
        ? refusals.data(this.#name, path, problem, fix, cause)
        : refusals.load(path, problem, fix, cause);
    }
  }

  #warnOfPrice(bytes: number, ms: number, by: Parcel | undefined): void {
    if (this.#warned || !(bytes > MUCH_BYTES || (ms > LONG_MS && bytes > SOME_BYTES))) return;
    this.#warned = true;
    process.emitWarning(
      `${capitalised(by?.label ?? "a function")} captures \`${this.#name}\` (${(bytes / 1e6).toFixed(1)} MB), which is encoded anew for every burst of calls, in case it has changed. ` +
        `If it does not change, it need be encoded only once: const shared = share(${this.#name}), and shared.value in the task.`,
      { type: "ManycoreWarning", code: "MANYCORE_LARGE_CAPTURE" },
    );
  }
}

/** `socket is a stream. Pass its data.` again in its parts. */
function partsOf({ message, path, fix }: SerializationError) {
  const told = fix !== undefined && message.endsWith(` ${fix}.`) ? message.slice(0, -fix.length - 2) : message;
  const problem = told.slice(path !== undefined && told.startsWith(`${path} `) ? path.length + 1 : 0);
  return { path, problem: problem.replace(/\.$/, ""), fix };
}

/** A small payload is a window on the encoder's slab, and would keep all of that alive. */
const kept = (bytes: Uint8Array): Uint8Array => (bytes.length * 2 < bytes.buffer.byteLength ? bytes.slice() : bytes);

function isSame(a: Payload, b: Payload): boolean {
  return (
    a.attachments.length === b.attachments.length &&
    a.attachments.every((each, index) => each === b.attachments[index]) &&
    Buffer.compare(a.bytes, b.bytes) === 0
  );
}
