/** Calling a function with some arguments given beforehand: the same on the host and in a worker. */

type Callable = (...args: unknown[]) => unknown;

/** `args[i]` is given for every `i` that is not in `holes`; holes take the first arguments of a call, the rest follow. */
export function fill(target: Callable, args: readonly unknown[], holes: readonly number[]): Callable {
  if (holes.length === 0) return (...more) => target(...args, ...more);
  return (...more) => {
    if (more.length < holes.length)
      throw new TypeError(
        `This partial call has ${holes.length} placeholders to fill, and was given ${more.length} arguments.`,
      );
    const all = [...args];
    holes.forEach((hole, index) => {
      all[hole] = more[index];
    });
    return target(...all, ...more.slice(holes.length));
  };
}
