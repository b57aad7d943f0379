/** Results of two bars, as `results/latest.json` holds them; the figures are made up. */

import { atLeast, atMost, part } from "../part.mjs";

const times = (ms, count, trouble = {}) => ({
  samples: Object.keys(trouble).length > 0 ? [] : [ms, ms * 3, ms * 2],
  count,
  ...trouble,
});

export const measured = {
  manycore: times(5, 10_000),
  Piscina: times(250, 10_000),
  "Piscina, best settings": times(150, 10_000),
  Tinypool: times(0, 10_000, { wrong: "0" }),
  workerpool: times(0, 10_000, { absent: "is not installed" }),
  poolifier: times(0, 10_000, { failed: "it <broke> & went" }),
  "Python ProcessPoolExecutor": times(1000, 10_000),
  "by hand": times(2, 10_000),
};

export const submits = part({
  title: "10,000 awaited submits of x * x",
  unit: "calls/s",
  times: measured,
  ours: "manycore",
  rivals: {
    Piscina: atLeast(20),
    "Piscina, best settings": atLeast(10),
    Tinypool: atLeast(10),
    workerpool: atLeast(10),
    poolifier: atLeast(10),
    "Python ProcessPoolExecutor": undefined,
    "by hand": atLeast(0.5),
  },
});

export const start = part({
  title: "in a program that has just started",
  unit: "ms",
  times: { manycore: times(55, 1), "a bare Worker": times(50, 1) },
  ours: "manycore",
  rivals: { "a bare Worker": atMost(1.15) },
});

export const results = {
  date: "2026-01-02",
  about: {
    cpu: "A CPU <of> 2 & more",
    cores: 2,
    memoryGB: 8,
    system: "linux x64",
    node: "v20.20.2",
    python: "3.11.7",
    packages: { piscina: "5.3.2" },
    commit: "abc1234",
  },
  workers: 2,
  bars: [
    { name: "P1", title: "many small calls", seconds: 1, rounds: 3, parts: [submits] },
    { name: "P8", title: "the first result of a fresh pool", seconds: 1, rounds: 3, parts: [start] },
  ],
};
