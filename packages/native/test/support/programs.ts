import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A fixture as a process of its own; `arena` becomes its fd 3. Its stdout is read line by line. */
export function start(fixture: string, { arena, args = [] }: { arena?: number; args?: (string | number)[] } = {}) {
  const child = spawn(process.execPath, [`packages/native/test/fixtures/${fixture}`, ...args.map(String)], {
    stdio: ["ignore", "pipe", "pipe", ...(arena === undefined ? [] : [arena])],
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const said: Buffer[] = [];
  child.stderr!.on("data", (chunk: Buffer) => said.push(chunk));
  const over = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  return {
    child: child as ChildProcess & { pid: number },
    /** The next line of its stdout; undefined at the end. */
    line: async () => (await lines.next()).value as string | undefined,
    /** Its exit code, or the signal that ended it, when its pipes are closed too. */
    end: async () => {
      const [code, signal] = await over;
      return signal ?? code;
    },
    stderr: () => Buffer.concat(said).toString(),
  };
}
