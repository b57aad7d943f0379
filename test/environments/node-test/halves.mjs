/** A module of the program under test. */

let calls = 0;

export const half = (x) => {
  calls++;
  return x / 2;
};

export const callsHere = () => calls;
