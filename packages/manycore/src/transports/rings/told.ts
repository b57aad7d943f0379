/** What a worker has been told so far, so that nothing is told twice. */

import type { Definition, DefinitionBody, Shipped } from "../../functions/definitions.ts";
import { registeredClasses } from "../../functions/encoding.ts";
import { NONE, type Payload } from "../../wire/payload.ts";
import type { SentDefinition } from "./messages.ts";

/** The definitions that one worker has, by id and version. */
export class Told {
  readonly #carried: (attachments: readonly unknown[]) => readonly unknown[];
  readonly #versions = new Map<number, number>();
  #last: Shipped | undefined;
  #classes: readonly Definition[] = NONE;

  /** `carried` makes of a definition's attachments what can go to the worker. */
  constructor(carried: (attachments: readonly unknown[]) => readonly unknown[] = (attachments) => attachments) {
    this.#carried = carried;
  }

  /** What the worker lacks of these, in sendable form; undefined for nothing. */
  missing(shipped: Shipped, more: readonly Definition[]): SentDefinition[] | undefined {
    let lacking: SentDefinition[] | undefined;
    const look = (definition: Definition) => {
      if (this.#versions.get(definition.id) === definition.version) return;
      this.#versions.set(definition.id, definition.version);
      lacking ??= [];
      lacking.push([definition.id, this.#portable(definition.body)]);
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

  /** A definition's body without anything of the host's: payloads lose their slab and the host's objects. */
  #portable(body: DefinitionBody): DefinitionBody {
    return "payload" in body ? { ...body, payload: this.#portablePayload(body.payload) } : body;
  }

  #portablePayload({ bytes, attachments, needs }: Payload): Payload {
    const ids = needs.map(
      ({ id, version }) => ({ id, version, body: { kind: "global", path: NONE }, original: undefined }) as const,
    );
    return { bytes: bytes.slice(), attachments: this.#carried(attachments), transfer: NONE, needs: ids };
  }
}
