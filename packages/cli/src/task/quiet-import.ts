/**
 * Without Node's remarks on how a TypeScript module was found: what it says of it once in every worker is nothing that a
 * user has to do, and what it says of a failure is followed by a second try.
 */

const REMARKS = [
  /^Module type of .* is not specified/,
  /^Failed to load the ES module: /,
  /^Type Stripping is an experimental feature/,
];

const isRemark = (warning: unknown): boolean => {
  const text = warning instanceof Error ? warning.message : warning;
  return typeof text === "string" && REMARKS.some((remark) => remark.test(text));
};

export async function withoutRemarks<T>(importing: () => Promise<T>): Promise<T> {
  const { emit, emitWarning } = process;
  process.emitWarning = ((...args: unknown[]): void => {
    if (!isRemark(args[0])) Reflect.apply(emitWarning, process, args);
  }) as typeof emitWarning;
  // Some Nodes tell of a warning without the public function.
  process.emit = ((...args: unknown[]): unknown =>
    args[0] === "warning" && isRemark(args[1]) ? false : Reflect.apply(emit, process, args)) as typeof emit;
  try {
    return await importing();
  } finally {
    process.emitWarning = emitWarning;
    process.emit = emit;
  }
}
