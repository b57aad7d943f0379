/** What a definition leads to: other definitions, and modules. */

import type { Binding, DefinitionBody } from "../functions/definitions.ts";
import type { ImportRequest } from "./modules.ts";

export const importOf = (url: string): ImportRequest => ({ url, specifier: url, attributes: undefined });

/** The modules that must be loaded before a definition can be made. */
export function* importsOf(body: DefinitionBody): Iterable<ImportRequest> {
  if (body.kind === "module" && !body.commonjs) yield importOf(body.url);
  if (body.kind === "code") for (const binding of body.bindings) if (binding.from === "import") yield binding;
}

/** The definitions that a definition names. */
export function* usesOf(body: DefinitionBody): Iterable<number> {
  switch (body.kind) {
    case "code":
      yield* namedBy(body.bindings);
      if (body.properties !== undefined) yield body.properties;
      return;
    case "capture":
      yield body.target;
      yield* namedBy(body.bindings);
      return;
    case "bound":
    case "partial":
      yield body.target;
      for (const { id } of body.payload.needs) yield id;
      return;
    case "data":
    case "share":
      for (const { id } of body.payload.needs) yield id;
      return;
    case "perWorker":
      yield body.factory;
      if (body.dispose !== undefined) yield body.dispose;
      return;
    case "class":
      yield body.target;
      if (body.encode !== undefined) yield body.encode;
      if (body.decode !== undefined) yield body.decode;
      return;
    case "module":
    case "global":
      return;
  }
}

function* namedBy(bindings: readonly Binding[]): Iterable<number> {
  for (const binding of bindings) if (binding.from === "definition" || binding.from === "cell") yield binding.id;
}

/** The same text around other functions and data; anything else than a definition cannot be set later. */
export function isRebindable(before: readonly Binding[], after: readonly Binding[]): boolean {
  return (
    before.length === after.length &&
    after.every((binding, index) => {
      const old = before[index] as Binding;
      if (binding.from === "definition" && old.from === "definition") return !binding.eager || binding.id === old.id;
      return binding.from === "cell"
        ? old.from === "cell" && old.id === binding.id
        : JSON.stringify(binding, bigints) === JSON.stringify(old, bigints);
    })
  );
}

const bigints = (_name: string, value: unknown): unknown => (typeof value === "bigint" ? `${value}n` : value);
