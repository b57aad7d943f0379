/** Hands on what another module exports, as a package's index does. */

export * as geometry from "./geometry.ts";
export { circle as area, default as volume, Point as Corner, UNIT } from "./geometry.ts";
