/** Values to bytes. The format is told in `tags.ts`, the walk in `walk.ts`. */

import type { EncodeContext } from "./codec.ts";
import { isMoved, moved } from "./move.ts";
import { type Encoded, NONE } from "./payload.ts";
import { Walk } from "./walk.ts";

export type { EncodeContext } from "./codec.ts";

/** Many values in one payload, each of which can be decoded alone: item `i` is the bytes from `offsets[i]` to `offsets[i + 1]`. */
export interface EncodedItems {
  readonly payload: Encoded;
  readonly offsets: Uint32Array;
}

const IDLE: EncodeContext = {
  root: "value",
  define() {
    throw new Error("The encoder is idle.");
  },
};

/**
 * Encodes one value after the other. Small payloads are windows on one block of memory: it is given up when it is full
 * and never written twice, so they stay what they are. An encoder that has failed is as good as new.
 */
export class Encoder {
  readonly #walk = new Walk(IDLE);
  #isBusy = false;

  /**
   * Encode a value, as it is now. What `structuredClone` keeps is kept, and Buffers, URLs, functions, handles,
   * registered classes and errors with all their properties.
   * @throws SerializationError naming the path of what cannot be sent; whatever `context.define` throws
   */
  encode(value: unknown, context: EncodeContext): Encoded {
    if (!isMoved(value)) return this.#payload(value, context, context.transfer, false);
    const { value: inner, transfer } = moved(value);
    return this.#payload(inner, context, transfer, false);
  }

  /** The same for a list of arguments: an array made by the caller itself, which has nothing but its elements. */
  encodeArguments(list: readonly unknown[], context: EncodeContext): Encoded {
    return this.#payload(list, context, context.transfer, true);
  }

  /**
   * Encode many values so that each, and each range of them, can be decoded alone; arrays among them are taken for lists
   * of arguments. References are shared inside an item, not between items.
   */
  encodeItems(items: Iterable<unknown>, context: EncodeContext): EncodedItems {
    if (this.#isBusy) return new Encoder().encodeItems(items, context);
    const walk = this.#begin(context, context.transfer);
    const offsets = [0];
    try {
      for (const item of items) {
        walk.write(item, Array.isArray(item), offsets.length - 1);
        offsets.push(walk.writer.length);
      }
      return { payload: this.#taken(), offsets: Uint32Array.from(offsets) };
    } finally {
      this.#end();
    }
  }

  #payload(
    value: unknown,
    context: EncodeContext,
    transfer: ReadonlySet<object> | undefined,
    isList: boolean,
  ): Encoded {
    // A getter, an `encode` function or the shipping of a function encodes something itself.
    if (this.#isBusy) return new Encoder().#payload(value, context, transfer, isList);
    const walk = this.#begin(context, transfer);
    try {
      walk.write(value, isList, -1);
      return this.#taken();
    } finally {
      this.#end();
    }
  }

  #begin(context: EncodeContext, transfer: ReadonlySet<object> | undefined): Walk {
    this.#isBusy = true;
    this.#walk.context = context;
    this.#walk.transfer = transfer;
    this.#walk.writer.begin();
    return this.#walk;
  }

  #taken(): Encoded {
    const { writer, attached, needs, transfer, handedOver } = this.#walk;
    if (attached.size === 0 && needs.size === 0) return writer.encoded(NONE, NONE, NONE);
    const attachments = [...attached.keys()];
    const isMoving = (each: object): boolean => handedOver.has(each) || transfer?.has(each) === true;
    const moving = transfer === undefined && handedOver.size === 0 ? NONE : attachments.filter(isMoving);
    return writer.encoded(attachments, moving, [...needs.values()]);
  }

  #end(): void {
    this.#isBusy = false;
    const walk = this.#walk;
    walk.context = IDLE;
    walk.transfer = undefined;
    if (walk.attached.size > 0) walk.attached.clear();
    if (walk.handedOver.size > 0) walk.handedOver.clear();
    if (walk.needs.size > 0) walk.needs.clear();
  }
}
