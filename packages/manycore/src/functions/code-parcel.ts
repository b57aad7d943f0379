/** A function or class by value: its text, and its captured variables as they are now. */

import { type Capture, type Capturer, capture } from "./captures.ts";
import { DataParcel } from "./data-parcel.ts";
import type { Binding, CodeBody, Definition } from "./definitions.ts";
import type { FreeName, FunctionText } from "./function-text.ts";
import type { CapturedScope, Insight } from "./insight.ts";
import { theInspector } from "./inspector.ts";
import { ownProperties } from "./own-properties.ts";
import { type Journey, type Parcel, revise } from "./parcel.ts";
import { describeFunction, nameOf } from "./refusal.ts";
import { refusals } from "./refusals.ts";
import { forgetWith, newId } from "./registry.ts";
import type { Analysis, Script } from "./script.ts";

export class CodeParcel implements Parcel {
  readonly id = newId();
  readonly #fn: object;
  readonly #code: CodeBody;
  readonly #text: FunctionText | undefined;
  readonly #capturer: Capturer;
  #captures: readonly (Capture | undefined)[] | undefined;
  #children: readonly Parcel[] = [];
  #definition: Definition | undefined;
  /** Those of its own data that are already to die with it. */
  readonly #dying = new Set<number>();
  #settled = false;
  #journey = 0;

  constructor(fn: object, script: Script | undefined, analysis: Analysis, byValue: boolean) {
    this.#fn = fn;
    this.#text = analysis.text;
    this.#capturer = { label: () => this.label, script, analysis, byValue, own: new Map() };
    const { source = "", wrap = "none", importsDynamically = false } = analysis.text ?? {};
    const { codeId, line, column, start } = analysis;
    const strict = script !== undefined && (start === undefined ? script.isModule : script.isStrict(start));
    this.#code = {
      codeId,
      source,
      wrap,
      url: script?.url ?? "manycore:function",
      line,
      column,
      strict,
      importsDynamically,
      name: nameOf(fn),
    };
  }

  get label(): string {
    const { script, analysis } = this.#capturer;
    return describeFunction(this.#fn, script?.url, script && analysis.line);
  }

  get definition(): Definition | undefined {
    return this.#definition;
  }

  get children(): readonly Parcel[] {
    return this.#children;
  }

  get needs(): readonly Definition[] {
    return [];
  }

  get codeSize(): number {
    return this.#code.source.length;
  }

  get settled(): boolean {
    return this.#settled;
  }

  get fickle(): boolean {
    return !this.#settled;
  }

  pack(journey: Journey): void {
    if (this.#settled || this.#journey === journey.number) return;
    const { free, heritage, metaName } = shippable(this.#text, this.#fn, this.#capturer.script?.isModule ?? true);
    const before = this.#captures;
    const insight = free.length === 0 ? undefined : this.#insight(free, journey);
    const scopes = withHeritage(insight?.scopes ?? [], heritage, this.#fn);
    const captures = free.map((each, index) => {
      const known = before?.[index];
      return known?.settled === true ? known : capture(each, scopes, this.#capturer, journey);
    });
    const bindings = captures.flatMap((each) => (each ? [each.binding] : []));
    if (metaName !== undefined)
      bindings.push({ name: metaName, from: "node", what: "import.meta", url: this.#code.url });
    this.#captures = captures;
    this.#children = captures.flatMap((each) => (each?.parcel ? [each.parcel] : []));
    const properties = this.#packProperties(this.#text as FunctionText);
    if (this.#definition === undefined || !isSame(this.#definition, bindings, properties)) {
      const body = { kind: "code", code: this.#code, bindings, properties } as const;
      this.#definition = revise(this.#definition, this.id, body, this.#fn);
    }
    this.#forgetOwn();
    this.#settled = properties === undefined && captures.every((each) => each === undefined || each.settled);
    if (this.#settled) this.#becomeConstant(captures);
    this.#journey = journey.number;
  }

  /** What hangs on nothing but the top level of its module is the same for every closure of this place. */
  #becomeConstant(captures: readonly (Capture | undefined)[]): void {
    const { script, analysis, byValue } = this.#capturer;
    // A CommonJS file or a classic script may have been run more than once, with a top level for each time.
    const isCommon = (each: Capture | undefined) =>
      each === undefined || (each.isTop && (script?.isModule || each.binding.from === "require"));
    if (byValue || this.#definition === undefined || !captures.every(isCommon)) return;
    analysis.constant = {
      definition: { ...this.#definition, original: undefined },
      code: this.#code,
      children: this.#children,
    };
  }

  /** Properties that a function has at its first shipping are looked at every time. */
  #packProperties({ statics }: FunctionText): number | undefined {
    const properties = ownProperties(this.#fn, statics);
    if (properties === undefined) return undefined;
    const { own } = this.#capturer;
    const name = `${this.#code.name || "function"}.`;
    const parcel = own.get(name) ?? new DataParcel(name, undefined);
    own.set(name, parcel);
    parcel.value = properties;
    this.#children = [...this.#children, parcel];
    return parcel.id;
  }

  #insight(free: readonly FreeName[], journey: Journey): Insight | undefined {
    const insight = journey.inspect(this.#fn);
    if (insight !== undefined) return insight;
    // Without an inspector only names that every thread has can be used.
    const captured = free.filter(({ name, onlyTypeof }) => !onlyTypeof && !(name in globalThis));
    const names = captured.map(({ name }) => name);
    const [first] = names;
    if (first === undefined || theInspector() !== undefined) return undefined;
    throw refusals.uninspected(first, names, { fn: this.#fn, isModule: true });
  }

  /** Data of this one closure dies with it. */
  #forgetOwn(): void {
    const fresh = [...this.#capturer.own.values()].map(({ id }) => id).filter((id) => !this.#dying.has(id));
    if (fresh.length === 0) return;
    for (const id of fresh) this.#dying.add(id);
    forgetWith(this.#fn, fresh);
  }
}

/** V8 keeps a variable only if a function reads it. What a class extends is read once, before: the class itself remembers it. */
function withHeritage(
  scopes: readonly CapturedScope[],
  name: string | undefined,
  fn: object,
): readonly CapturedScope[] {
  if (name === undefined || scopes.some(({ object }) => Object.hasOwn(object, name))) return scopes;
  return [...scopes, { description: "Heritage", object: { [name]: Object.getPrototypeOf(fn) as unknown } }];
}

function shippable(text: FunctionText | undefined, fn: object, isModule: boolean): FunctionText {
  if (text === undefined) throw refusals.syntax({ fn, isModule });
  const { obstacle } = text;
  switch (obstacle) {
    case undefined:
      return text;
    case "this":
      throw refusals.this(fn);
    case "arguments":
      throw refusals.arguments();
    case "super":
      throw refusals.super(fn);
    case "new.target":
      throw refusals.newTarget();
    case "eval":
      throw refusals.eval();
    case "with":
      throw refusals.with();
    case "private":
      throw refusals.private(text.privateName ?? "name", fn);
    default:
      throw new Error(`unknown obstacle ${obstacle satisfies never}`);
  }
}

/** Bindings are flat, but for the attributes and paths that come from the same analysis. */
function isSame({ body }: Definition, bindings: readonly Binding[], properties: number | undefined): boolean {
  if (body.kind !== "code" || body.properties !== properties || body.bindings.length !== bindings.length) return false;
  return body.bindings.every((old, index) => {
    const fresh = bindings[index] as Binding;
    if (old === fresh) return true;
    if (old.name !== fresh.name || old.from !== fresh.from) return false;
    if (old.from === "definition" || old.from === "cell") return old.id === (fresh as typeof old).id;
    return false;
  });
}
