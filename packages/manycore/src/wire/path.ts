/** The way to a value, as one would write it: `args[0].user["first name"].get("k")[3]`. */

import type { Step } from "./codec.ts";

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;
const MAX_STEP = 60;

export function pathText(root: string, steps: readonly Step[], depth: number): string {
  let text = root;
  for (let index = 0; index < depth; index++) {
    const step = steps[index] as Step;
    if (typeof step === "number") text += `[${step}]`;
    else if (typeof step === "object") text += step.text;
    else text += IDENTIFIER.test(step) ? `.${step}` : `[${JSON.stringify(shortened(step))}]`;
  }
  return text;
}

/** The step to a Map's value: by its key where that can be written, else by its place. */
export function mapStep(key: unknown, index: number): Step {
  switch (typeof key) {
    case "string":
      return { text: `.get(${JSON.stringify(shortened(key))})` };
    case "bigint":
      return { text: `.get(${key}n)` };
    case "number":
    case "boolean":
    case "undefined":
      return { text: `.get(${String(key)})` };
    default:
      return key === null ? { text: ".get(null)" } : { text: `.values()[${index}]` };
  }
}

const shortened = (text: string): string => (text.length > MAX_STEP ? `${text.slice(0, MAX_STEP)}…` : text);
