/** What a function takes along must be bytes, where it goes to another process: said at the submit, with the variable's name. */

import { types } from "node:util";
import { FunctionShippingError } from "../errors.ts";
import type { Definition } from "./definitions.ts";

const FIX =
  "Pass a copy, make it in the task, or run the task on a ThreadPoolExecutor; share(typedArray) is copied into each process once";

/** Definitions that were found to be bytes. */
const checked = new WeakSet<Definition>();

/** @throws FunctionShippingError for the first definition that holds what only threads of one process can share */
export function checkApart(definitions: readonly Definition[]): void {
  for (const definition of definitions) {
    if (checked.has(definition)) continue;
    if (isBytes(definition)) checked.add(definition);
    else refuse(definition, definitions);
  }
}

function isBytes({ body }: Definition): boolean {
  if (!("payload" in body)) return true;
  const { attachments } = body.payload;
  return attachments.length === 0 || (body.kind === "share" && attachments.every(types.isSharedArrayBuffer));
}

function refuse(definition: Definition, all: readonly Definition[]): never {
  const { body } = definition;
  const [first] = "payload" in body ? body.payload.attachments : [];
  const what = types.isSharedArrayBuffer(first)
    ? "memory shared between threads (a SharedArrayBuffer), which another process cannot see"
    : `a ${(first as object).constructor.name}, which cannot leave its process`;
  for (const { body: user } of all) {
    if (user.kind !== "code") continue;
    const variable = user.bindings.find((each) => "id" in each && each.id === definition.id)?.name;
    if (variable === undefined) continue;
    const { name } = user.code;
    throw new FunctionShippingError(`The function ${name} uses "${variable}", which holds ${what}. ${FIX}.`, {
      functionName: name,
      variable,
      fix: FIX,
    });
  }
  throw new FunctionShippingError(`The function takes along ${what}. ${FIX}.`, { fix: FIX });
}
