/** Where a worker's replies go; each room has its own. */
export interface Outlet {
  /** Publish an item's result. Throws `SerializationError`, and has then published nothing. */
  value(id: number, item: number, value: unknown, runMs: number): void;
  /** Publish the numeric results of `count` items. `values` is reused afterwards. */
  numbers(id: number, item: number, values: Float64Array, count: number, runMs: number): void;
  /** Publish an item's failure; anything can be thrown, and it always arrives. */
  error(id: number, item: number, error: unknown, runMs: number): void;
  /** Nothing was left to claim. */
  passed(id: number): void;
  /** What the running task reports. */
  progress(id: number, item: number, value: unknown): void;
}
