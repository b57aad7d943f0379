/** The process's monotonic clock in whole ms, the same in every thread of the process; it wraps after about 23 days. */

const WRAP_MS = 2_000_000_000;

export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return ((seconds % (WRAP_MS / 1000)) * 1000 + nanoseconds / 1e6) | 0;
}

/** Ms from a stamp of `monotonicMs` until now. */
export function monotonicSince(stamp: number): number {
  const passed = monotonicMs() - stamp;
  return passed < 0 ? passed + WRAP_MS : passed;
}
