/**
 * Failures nobody looked at. Each is reported once through `process.emitWarning`: when its future is collected, when
 * its executor shuts down, or before the process exits; never as an unhandled rejection, never not at all. Looking is
 * `result()`, `exception()`, `then`, `catch`, `finally`, `await` and `addDoneCallback`.
 */

import { describeThrown } from "./describe.ts";

/** A failure that nobody has seen yet. It must not hold its future, or that would never be collected. */
interface Unseen {
  readonly group: object | undefined;
  readonly error: unknown;
}

const unseen = new Set<Unseen>();
const tokens = new WeakMap<object, Unseen>();
const collected = new FinalizationRegistry<Unseen>((token) => report(token, warn));

/** A future has failed and nobody has looked at it so far. */
export function failedUnseen(future: object, group: object | undefined, error: unknown): void {
  const token = { group, error };
  tokens.set(future, token);
  collected.register(future, token, token);
  if (unseen.size === 0) process.on("beforeExit", beforeExit).on("exit", atExit);
  unseen.add(token);
}

/** Somebody looks at a future now. */
export function seen(future: object): void {
  const token = tokens.get(future);
  if (token === undefined) return;
  tokens.delete(future);
  forget(token);
}

/** An executor shuts down: report what nobody has seen of it. */
export function reportUnseen(group: object): void {
  for (const token of [...unseen]) if (token.group === group) report(token, warn);
}

function beforeExit(): void {
  for (const token of [...unseen]) report(token, warn);
}

/** `process.exit()` skips "beforeExit", and nothing queued runs any more: the warning is delivered here and now. */
function atExit(): void {
  for (const token of [...unseen])
    report(token, (text) => process.emit("warning", Object.assign(new Error(text), { name: WARNING })));
}

const WARNING = "UnobservedFailureWarning";
const warn = (text: string): void => process.emitWarning(text, WARNING);

function report(token: Unseen, tell: (text: string) => void): void {
  if (!unseen.has(token)) return;
  forget(token);
  tell(`A task failed and nobody looked at its future: ${describeThrown(token.error)}`);
}

function forget(token: Unseen): void {
  collected.unregister(token);
  if (unseen.delete(token) && unseen.size === 0) process.off("beforeExit", beforeExit).off("exit", atExit);
}
