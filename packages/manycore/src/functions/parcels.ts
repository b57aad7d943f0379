/** Which parcel a function or handle is in: one for each object, made at first sight. */

import { types } from "node:util";
import { CodeParcel } from "./code-parcel.ts";
import { DataParcel } from "./data-parcel.ts";
import type { CodeBody, Definition } from "./definitions.ts";
import { analyseText } from "./function-text.ts";
import { HANDLE, isHandle } from "./handle.ts";
import { type Bound, Insight, type Location } from "./insight.ts";
import { theInspector } from "./inspector.ts";
import { LinkParcel } from "./link-parcel.ts";
import { warnOfModuleState } from "./module-state.ts";
import { ownProperties } from "./own-properties.ts";
import { FixedParcel, HandleParcel, type Journey, PARCEL, type Parcel } from "./parcel.ts";
import { builtinReference, moduleReference } from "./reference.ts";
import { describeFunction, nameOf, type Refusal } from "./refusal.ts";
import { refusals } from "./refusals.ts";
import { forgetWith, newCodeId, newId, remember, rememberCommon } from "./registry.ts";
import { type Analysis, type Constant, type Script, scriptOf } from "./script.ts";
import { isMock } from "./stand-ins.ts";

const references = new WeakMap<object, Parcel>();
const values = new WeakMap<object, Parcel>();
const data = new WeakMap<object, Parcel>();

let walks = 0;

/** One walk. What the inspector says is good until its end. */
export class Walk implements Journey {
  readonly burst: number;
  readonly number = ++walks;
  readonly renew: () => void;
  around: Parcel | undefined;
  readonly #insights = new Map<object, Insight>();

  constructor(burst: number, renew: () => void) {
    this.burst = burst;
    this.renew = renew;
  }

  inspect(fn: object): Insight | undefined {
    const inspector = theInspector();
    if (inspector === undefined) return undefined;
    let insight = this.#insights.get(fn);
    if (insight === undefined) {
      insight = new Insight(inspector, fn);
      this.#insights.set(fn, insight);
    }
    return insight;
  }

  /** Take back all that the inspector gave out: until then it keeps it alive. */
  end(): void {
    if (this.#insights.size > 0) theInspector()?.release();
  }

  parcelOf(value: object, byValue: boolean): Parcel {
    const known = (byValue ? values : references).get(value);
    if (known !== undefined) return known;
    const parcel = this.#create(value, byValue);
    if (parcel instanceof ConstantParcel) rememberCommon(parcel.id, value);
    else if (!(parcel instanceof HandleParcel)) remember(parcel.id, value);
    (byValue ? values : references).set(value, parcel);
    return parcel;
  }

  dataOf(value: object, name: string): Parcel {
    let parcel = data.get(value);
    if (parcel === undefined) {
      parcel = new DataParcel(name, value);
      forgetWith(value, [parcel.id]);
      data.set(value, parcel);
    }
    return parcel;
  }

  #create(value: object, byValue: boolean): Parcel {
    if (PARCEL in value) return (value as { [PARCEL](): Parcel })[PARCEL]();
    if (isHandle(value)) return new HandleParcel(() => value[HANDLE]());
    if (types.isProxy(value)) return new RefusedParcel(value, refusals.proxy());
    if (isMock(value)) return new RefusedParcel(value, refusals.mock());
    const insight = this.inspect(value);
    if (insight === undefined) return withoutInspector(value);
    if (insight.bound !== undefined) {
      const reference = builtinReference(value, undefined); // console.log is bound
      return reference ? new FixedParcel(reference, value) : boundParcel(value, insight.bound);
    }
    const { location } = insight;
    const script = location && scriptOf(value, location);
    if (location === undefined || script === undefined || script.url.startsWith("node:")) {
      const reference = builtinReference(value, script);
      return reference ? new FixedParcel(reference, value) : new RefusedParcel(value, refusals.native());
    }
    const analysis = analyse(value, script, location);
    const { constant } = analysis;
    if (constant !== undefined && !byValue && isPlain(value, constant, analysis))
      return new ConstantParcel(constant, value);
    const reference = byValue ? undefined : moduleReference(value, script, insight, analysis);
    if (reference === undefined) return new CodeParcel(value, script, analysis, byValue);
    warnOfModuleState(value, script, insight, analysis);
    return new FixedParcel(reference, value);
  }
}

/** Something that cannot be shipped; it says so when its turn comes, and the way to it is known. */
class RefusedParcel implements Parcel {
  readonly id = newId();
  readonly label: string;
  readonly definition = undefined;
  readonly children = [];
  readonly needs = [];
  readonly codeSize = 0;
  readonly settled = false;
  readonly #refusal: Refusal;

  constructor(value: object, refusal: Refusal) {
    this.label = describeFunction(value, undefined, undefined);
    this.#refusal = refusal;
  }

  pack(): never {
    throw this.#refusal;
  }
}

/** One more function with a definition that another one of its place has made. */
class ConstantParcel implements Parcel {
  readonly id: number;
  readonly definition: Definition;
  readonly children: readonly Parcel[];
  readonly needs = [];
  readonly settled = true;
  readonly #code: CodeBody;

  constructor({ definition, code, children }: Constant, original: object) {
    this.id = definition.id;
    this.definition = { ...definition, original };
    this.children = children;
    this.#code = code;
  }

  get label(): string {
    return describeFunction(this.definition.original as object, this.#code.url, this.#code.line);
  }

  get codeSize(): number {
    return this.#code.source.length;
  }

  pack(): void {}
}

/** Nothing was hung on the function, nor was it given another name. */
function isPlain(fn: object, { code }: Constant, { text }: Analysis): boolean {
  return code.name === nameOf(fn) && text !== undefined && ownProperties(fn, text.statics) === undefined;
}

function boundParcel(value: object, { target, self, args }: Bound): Parcel {
  return new LinkParcel(value, {
    target,
    value: [self, ...args],
    name: nameOf(value),
    root: "[this, ...args]",
    body: (target, payload) => ({ kind: "bound", target, payload }),
  });
}

const SOURCE = Function.prototype.toString;

/** Without an inspector: built-ins, and functions that capture nothing. */
function withoutInspector(value: object): Parcel {
  const source = SOURCE.call(value);
  const isNative = /\{\s*\[native code\]\s*\}\s*$/.test(source);
  const reference = isNative ? builtinReference(value, undefined) : undefined;
  if (reference !== undefined) return new FixedParcel(reference, value);
  if (isNative)
    return new RefusedParcel(value, /^bound /.test(nameOf(value)) ? refusals.boundUnread(value) : refusals.native());
  const text = analyseText(source, "script") ?? analyseText(source, "module");
  return new CodeParcel(
    value,
    undefined,
    { text, codeId: newCodeId(), start: undefined, line: 0, column: 0, constant: undefined },
    false,
  );
}

/** The text of a function at its place, looked at once however many closures are made of it. */
function analyse(value: object, script: Script, location: Location): Analysis {
  const key = `${location.line}:${location.column}`;
  let analysis: Analysis | undefined = script.analyses.get(key);
  if (analysis === undefined) {
    const source = SOURCE.call(value);
    const start = script.startOf(value, location);
    const { line, column } = start === undefined ? location : script.place(start);
    analysis = {
      text: analyseText(source, script.isModule ? "module" : "script"),
      codeId: newCodeId(),
      start,
      line,
      column,
      constant: undefined,
    };
    script.analyses.set(key, analysis);
  }
  return analysis;
}
