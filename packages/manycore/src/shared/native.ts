/** The addon, where it loads: memory that processes share, and what the kernel knows of them. */

import { createRequire } from "node:module";

export type Native = typeof import("@manycore/native");

let found: { readonly native: Native | undefined; readonly missing: string } | undefined;

/** Asked for once a thread. `MANYCORE_NATIVE=0` does without it. */
function look(): NonNullable<typeof found> {
  if (process.env.MANYCORE_NATIVE === "0") return { native: undefined, missing: "MANYCORE_NATIVE is 0" };
  try {
    const here = typeof __filename === "string" ? __filename : (process.argv[1] as string);
    const native = createRequire(here)("@manycore/native") as Native;
    return native.missing === undefined ? { native, missing: "" } : { native: undefined, missing: native.missing };
  } catch {
    return { native: undefined, missing: "@manycore/native is not installed" };
  }
}

/** Undefined where there is none. */
export function nativeIfAny(): Native | undefined {
  found ??= look();
  return found.native;
}

/** Why there is none. */
export function whyNoNative(): string {
  found ??= look();
  return found.missing;
}
