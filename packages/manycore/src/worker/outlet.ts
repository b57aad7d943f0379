/** What a reply needs to know of its call. */
export interface Origin {
  readonly id: number;
  readonly slot: number;
}

/** Where a worker's replies go; each room has its own. */
export interface Outlet {
  /** Publish an item's result. Throws `SerializationError`, and has then published nothing. */
  value(call: Origin, item: number, value: unknown, runMs: number): void;
  /** Publish the numeric results of `count` items. `values` is reused afterwards. */
  numbers(call: Origin, item: number, values: Float64Array, count: number, runMs: number): void;
  /** Publish an item's failure; anything can be thrown, and it always arrives. */
  error(call: Origin, item: number, error: unknown, runMs: number): void;
  /** Nothing was left to claim. */
  passed(call: Origin): void;
  /** What the running task reports. */
  progress(call: Origin, item: number, value: unknown): void;
}
