/** Does a class keep state that nobody else can read? Asked of its source text. */

const NOT_CODE = /\/\*[\s\S]*?\*\/|\/\/.*|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`/g;
/** A declaration, or a use behind a dot. */
const PRIVATE_NAME = /(?:^|[\s;{}.*])#[\p{ID_Start}$_]/u;

const verdicts = new WeakMap<object, boolean>();

/** Private names in the class or in one it extends. */
export function hasPrivateState(cls: unknown): boolean {
  if (typeof cls !== "function" || cls === Function.prototype) return false;
  const known = verdicts.get(cls);
  if (known !== undefined) return known;
  const source = Function.prototype.toString.call(cls);
  const verdict = PRIVATE_NAME.test(source.replace(NOT_CODE, " ")) || hasPrivateState(Object.getPrototypeOf(cls));
  verdicts.set(cls, verdict);
  return verdict;
}
