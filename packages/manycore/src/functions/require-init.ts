/** `const { a } = require("x")` and its kin: what a variable's only initialiser says about where its value is from. */

import type { Binding } from "./definitions.ts";
import type { Variable } from "./scope-tree.ts";
import type { Script } from "./script.ts";
import { nameOf, nodeOf, nodesOf, type SyntaxNode } from "./syntax.ts";

interface Source {
  readonly by: "require" | "import";
  readonly specifier: string;
  readonly path: readonly string[];
  readonly interop: "none" | "default" | "star";
}

/** The same import, if the variable is initialised with one and never assigned again. */
export function importInit(name: string, { url }: Script, variable: Variable | undefined): Binding | undefined {
  if (variable?.init === undefined || variable.writes > 0 || variable.init.path === undefined) return undefined;
  const source = sourceOf(variable.init.node);
  if (source === undefined) return undefined;
  const { by, specifier, interop } = source;
  if (by === "require" && !isOfThisFile(variable)) return undefined;
  const path = [...source.path, ...variable.init.path];
  if (by === "require") return { name, from: "require", url, specifier, path, interop };
  const [imported, ...deeper] = path;
  return deeper.length === 0 ? { name, from: "import", url, specifier, imported, attributes: undefined } : undefined;
}

/** Was the variable given what some `require` returned, be it one that looks from elsewhere? */
export const isRequired = (variable: Variable | undefined): boolean =>
  variable?.init !== undefined && sourceOf(variable.init.node)?.by === "require";

/** `createRequire(new URL("./plugins/", import.meta.url))` finds other modules under the same names. */
function isOfThisFile({ scope }: Variable): boolean {
  const require = scope.find("require");
  if (require === undefined || require.kind === "parameter") return true;
  const [place, ...more] = require.init?.node.type === "CallExpression" ? nodesOf(require.init.node, "arguments") : [];
  if (!place || more.length > 0 || require.writes > 0) return false;
  if (place.type !== "MemberExpression") return place.type === "Identifier" && nameOf(place) === "__filename";
  const [meta, member] = [nodeOf(place, "object"), nodeOf(place, "property")];
  // Compilers put `import.meta` into a variable.
  const isMeta = meta.type === "MetaProperty" || (meta.type === "Identifier" && /import_?meta/i.test(nameOf(meta)));
  return isMeta && ["url", "filename"].includes(nameOf(member));
}

function sourceOf(node: SyntaxNode): Source | undefined {
  switch (node.type) {
    case "MemberExpression": {
      const from = sourceOf(nodeOf(node, "object"));
      const property = nodeOf(node, "property");
      return from && node.computed !== true ? { ...from, path: [...from.path, nameOf(property)] } : undefined;
    }
    case "AwaitExpression": {
      const called = nodeOf(node, "argument");
      if (called.type !== "ImportExpression" || called.options) return undefined;
      return literal(nodeOf(called, "source"), "import");
    }
    case "CallExpression":
      return calledSource(node);
    case "SequenceExpression": {
      // Istanbul counts before: `(cov_1a2b3c().s[0]++, require("x"))`.
      const last = nodesOf(node, "expressions").at(-1);
      return last ? sourceOf(last) : undefined;
    }
    default:
      return undefined;
  }
}

function calledSource(node: SyntaxNode): Source | undefined {
  const callee = nodeOf(node, "callee");
  const [argument, ...more] = nodesOf(node, "arguments");
  if (callee.type !== "Identifier" || !argument || more.length > 0) return undefined;
  switch (nameOf(callee)) {
    case "require":
      return literal(argument, "require");
    case "__importDefault":
    case "_interopRequireDefault":
      return interop(argument, "default");
    case "__importStar":
    case "__toESM":
    case "_interopRequireWildcard":
      return interop(argument, "star");
    default:
      return undefined;
  }
}

function interop(argument: SyntaxNode, kind: "default" | "star"): Source | undefined {
  const source = sourceOf(argument);
  return source?.by === "require" && source.path.length === 0 && source.interop === "none"
    ? { ...source, interop: kind }
    : undefined;
}

function literal(node: SyntaxNode, by: Source["by"]): Source | undefined {
  return typeof node.value === "string" ? { by, specifier: node.value, path: [], interop: "none" } : undefined;
}
