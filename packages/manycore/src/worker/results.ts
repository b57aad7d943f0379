/** How a worker encodes what tasks return: definitions it was sent go back by their number, other functions do not go. */

import { SerializationError } from "../errors.ts";
import type { EncodeContext } from "../wire/encode.ts";
import type { FunctionTable } from "./functions.ts";

export function resultContext(table: FunctionTable, root: string, bytesOnly: boolean): EncodeContext {
  return {
    root,
    returning: true,
    bytesOnly,
    classId: (cls) => table.idOf(cls),
    define(value, path) {
      const id = table.idOf(value);
      if (id === undefined) {
        const what =
          typeof value === "function" ? `the function ${value.name || "(anonymous)"}` : "a handle made in the worker";
        throw new SerializationError(
          `${path} is ${what}: only functions and handles that came with the call can be sent back. Return data instead.`,
          { path },
        );
      }
      return { definition: { id, version: 0, body: { kind: "global", path: [] }, original: value }, needs: [] };
    },
  };
}
