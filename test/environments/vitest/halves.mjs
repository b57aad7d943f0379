/** A module that Node runs as it is. */

export const half = (x) => x / 2;
