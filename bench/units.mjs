/** How times are told: a figure from the ms of a run and its pieces of work, and a figure in words. */

const aSecond = (value) => {
  const [by, prefix] = value >= 1e6 ? [1e6, "M"] : value >= 1e3 ? [1e3, "k"] : [1, ""];
  return `${digits(value / by)} ${prefix}/s`;
};

/** 10,000 */
export const many = (count) => count.toLocaleString("en-US");

/** Three digits that matter. */
export const digits = (value) => {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
};

const rate = {
  of: (ms, count) => (count / ms) * 1000,
  inWords: aSecond,
  isMoreBetter: true,
};
const duration = (perMs, unit) => ({
  of: (ms, count) => (ms / count) * perMs,
  inWords: (value) => `${digits(value)} ${unit}`,
  isMoreBetter: false,
});

export const units = {
  "calls/s": rate,
  "items/s": rate,
  µs: duration(1000, "µs"),
  ms: duration(1, "ms"),
};
