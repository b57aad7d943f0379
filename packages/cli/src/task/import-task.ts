/**
 * Imports the module of a task, as Node runs it or with tsx, which runs all of TypeScript.
 *
 * tsx once more after Node has failed does not do: a thread keeps the modules that it could not load. So a thread uses
 * one loader from its start.
 */

import { withoutRemarks } from "./quiet-import.ts";

export interface TaskModule {
  /** `file:` URL. */
  readonly url: string;
  readonly loader: "node" | "tsx";
}

export type Exports = Readonly<Record<string, unknown>>;

/** @throws what the module throws, or the loader */
export async function importTask({ url, loader }: TaskModule): Promise<Exports> {
  if (loader === "tsx") await registerTsx();
  return exportsOf(await withoutRemarks<Exports>(() => import(url)));
}

let registration: Promise<void> | undefined;

/** In this thread, once. Also for `require`: what says nothing of its kind, or says "commonjs", goes that way. */
function registerTsx(): Promise<void> {
  registration ??= (async () => {
    const [esm, cjs] = await Promise.all([import("tsx/esm/api"), import("tsx/cjs/api")]);
    cjs.register();
    esm.register();
  })();
  return registration;
}

/**
 * What a CommonJS module exports is inside `default`; which of it lies beside that too differs from Node to Node, and is
 * nothing where Node cannot tell from the text: `module.exports = make()`. An ES module that was compiled to CommonJS
 * has a `default` of its own in there.
 */
function exportsOf(namespace: Exports): Exports {
  const inner = namespace.default;
  if (typeof inner !== "object" || inner === null) return namespace;
  return (inner as Exports).__esModule === true ? (inner as Exports) : { ...inner, ...namespace };
}
