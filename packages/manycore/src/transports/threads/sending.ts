/** Batches of calls as messages, and what a worker has been told so far, so that nothing is told twice. */

import type { Transferable } from "node:worker_threads";
import type { Definition, DefinitionBody, Shipped } from "../../functions/definitions.ts";
import { registeredClasses } from "../../functions/encoding.ts";
import { NONE, type Payload } from "../../wire/payload.ts";
import type { Opened } from "../held.ts";
import type { Call } from "../transport.ts";
import { type BatchMessage, type CallExtra, HEAD, HEAD_INTS, NESTED, type SentDefinition, TIMED } from "./messages.ts";

const NO_BYTES = new Uint8Array(0);

/** The definitions that one worker has, by id and version. */
export class Told {
  readonly #versions = new Map<number, number>();
  #last: Shipped | undefined;
  #classes: readonly Definition[] = NONE;

  /** What the worker lacks of these, in sendable form; undefined for nothing. */
  missing(shipped: Shipped, more: readonly Definition[]): SentDefinition[] | undefined {
    let lacking: SentDefinition[] | undefined;
    const look = (definition: Definition) => {
      if (this.#versions.get(definition.id) === definition.version) return;
      this.#versions.set(definition.id, definition.version);
      lacking ??= [];
      lacking.push([definition.id, portable(definition.body)]);
    };
    const classes = registeredClasses();
    if (classes !== this.#classes) for (const definition of classes) look(definition);
    this.#classes = classes;
    // A burst of calls of one function looks once: nothing else was told in between.
    if (shipped !== this.#last) for (const definition of shipped.needs) look(definition);
    this.#last = more.length > 0 ? undefined : shipped;
    for (const definition of more) look(definition);
    return lacking;
  }

  /** A message did not leave: what it told is not known there. */
  forgetAll(): void {
    this.#versions.clear();
    this.#last = undefined;
    this.#classes = NONE;
  }

  /** Those of `ids` that the worker had; it is to forget them. */
  forget(ids: readonly number[]): number[] {
    this.#last = undefined;
    return ids.filter((id) => this.#versions.delete(id));
  }
}

/** A definition's body without anything of the host's: payloads lose their slab and the host's objects. */
function portable(body: DefinitionBody): DefinitionBody {
  return "payload" in body ? { ...body, payload: portablePayload(body.payload) } : body;
}

function portablePayload({ bytes, attachments, needs }: Payload): Payload {
  const ids = needs.map(
    ({ id, version }) => ({ id, version, body: { kind: "global", path: NONE }, original: undefined }) as const,
  );
  return { bytes: bytes.slice(), attachments, transfer: NONE, needs: ids };
}

/** One message for a batch, with the objects it transfers. */
export function batchMessage(
  calls: readonly Call[],
  opened: readonly Opened[],
  told: Told,
): { message: BatchMessage; transfer: Transferable[] } {
  const head = new Int32Array(calls.length * HEAD_INTS);
  const extras: [number, CallExtra][] = [];
  const transfer: Transferable[] = [];
  let total = 0;
  calls.forEach((call, index) => {
    const { slot, generation } = opened[index] as Opened;
    const at = index * HEAD_INTS;
    const bytes = call.items.kind === "numbers" ? NO_BYTES : bytesOf(call.items);
    head[at + HEAD.id] = call.id;
    head[at + HEAD.slot] = slot;
    head[at + HEAD.generation] = generation;
    head[at + HEAD.fn] = call.fn.definition.id;
    head[at + HEAD.first] = call.first;
    head[at + HEAD.attempt] = call.attempt;
    head[at + HEAD.flags] = (call.timed ? TIMED : 0) | (call.nested ? NESTED : 0);
    head[at + HEAD.byteLength] = bytes.length;
    total += bytes.length;
    const extra = extraOf(call, told);
    if (extra !== undefined) extras.push([index, extra]);
    if (call.items.kind !== "numbers" && call.items.payload.transfer.length > 0)
      transfer.push(...(call.items.payload.transfer as Transferable[]));
  });
  return { message: { kind: "batch", head, bytes: joined(calls, total), extras }, transfer };
}

function bytesOf(items: Exclude<Call["items"], { kind: "numbers" }>): Uint8Array {
  return items.payload.bytes;
}

/** The argument bytes of all calls in memory of their own: cloning a view clones all that is behind it. */
function joined(calls: readonly Call[], total: number): Uint8Array {
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const { items } of calls) {
    if (items.kind === "numbers") continue;
    bytes.set(items.payload.bytes, at);
    at += items.payload.bytes.length;
  }
  return bytes;
}

function extraOf({ fn, items }: Call, told: Told): CallExtra | undefined {
  if (items.kind === "numbers") {
    const definitions = told.missing(fn, NONE);
    return { definitions, needs: needsOf(fn, NONE, definitions), values: items.values.slice() };
  }
  const { payload } = items;
  const definitions = told.missing(fn, payload.needs);
  const needs = needsOf(fn, payload.needs, definitions);
  const offsets = items.kind === "many" ? items.offsets : undefined;
  const attachments = payload.attachments.length === 0 ? undefined : payload.attachments;
  if (definitions === undefined && needs === undefined && offsets === undefined && attachments === undefined)
    return undefined;
  return { definitions, needs, offsets, attachments };
}

/** What must be ready before the call: its function, what its arguments name, and classes that are new to the worker. */
function needsOf(
  { definition }: Shipped,
  needs: readonly Definition[],
  told: readonly SentDefinition[] | undefined,
): number[] | undefined {
  const classes = told?.filter(([, body]) => body.kind === "class").map(([id]) => id) ?? NONE;
  return needs.length + classes.length === 0 ? undefined : [definition.id, ...needs.map(({ id }) => id), ...classes];
}
