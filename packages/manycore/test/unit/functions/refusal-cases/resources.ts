/** Captured resources of this process: sockets, servers, files, timers, processes, and what can only change owner. */

import type { RefusalCase } from "../support/refusal-case.ts";

const LISTENING = `
      const { connect, createServer } = await import("node:net");
      const server = createServer((socket) => socket.end("hello")).listen(0);
      await new Promise((resolve) => server.once("listening", resolve));`;

/** Those that an argument can hand over. */
const given = (name: string, variable: string, make: string, use: string, gives: unknown): RefusalCase => ({
  name: `a ${name}`,
  of: name,
  refused: `
      ${make}
      try { return await pool.submit(async () => ${use}); } finally { await ${variable}.close?.(); }`,
  says: `Cannot ship the function at FILE:3: it captures \`${variable}\`, a ${name}, which can only change owner. Give it away as an argument: pool.with({ transfer: [${variable}] }).submit(f, ${variable}).`,
  variable,
  paste: `pool.with({ transfer: [${variable}] }).submit(f, ${variable})`,
  fixed: `
      ${make}
      const f = async (${variable}) => ${use};
      return pool.with({ transfer: [${variable}] }).submit(f, ${variable});`,
  gives,
});

export const resourceCases: readonly RefusalCase[] = [
  {
    name: "a socket",
    of: "a socket, which cannot leave its thread",
    refused: `${LISTENING}
      const socket = connect(server.address().port);
      try { return await pool.submit(() => socket.write("x")); } finally { socket.destroy(); server.close(); }`,
    says: "Cannot ship the function at FILE:6: it captures `socket`, a socket, which cannot leave its thread. Open one in each worker: const own = perWorker(() => connect(port, host)), and own.get() in the task.",
    variable: "socket",
    paste: "const own = perWorker(() => connect(port, host))",
    fixed: `${LISTENING}
      const { port } = server.address();
      const host = "localhost";
      const own = perWorker(() => connect(port, host));
      try {
        return await pool.submit(async () => {
          const parts = [];
          for await (const part of own.get()) parts.push(part);
          return Buffer.concat(parts).toString();
        });
      } finally {
        server.close();
      }`,
    gives: "hello",
  },
  {
    name: "a datagram socket",
    of: "a socket, which cannot leave its thread",
    refused: `
      const { createSocket } = await import("node:dgram");
      const socket = createSocket("udp4");
      try { return await pool.submit(() => socket.address()); } finally { socket.close(); }`,
    says: "Cannot ship the function at FILE:4: it captures `socket`, a socket, which cannot leave its thread. Open one in each worker: const own = perWorker(() => connect(port, host)), and own.get() in the task.",
    variable: "socket",
    paste: "const own = perWorker(() => ",
    fixed: `
      const { createSocket } = await import("node:dgram");
      const own = perWorker(() => createSocket("udp4"));
      return pool.submit(() => { const { type } = own.get(); own.get().close(); return type; });`,
    gives: "udp4",
  },
  ...["net", "http"].map(
    (module): RefusalCase => ({
      name: `a server of node:${module}`,
      of: "a server, which cannot leave its thread",
      refused: `
      const { createServer } = await import("node:${module}");
      const server = createServer().listen(0);
      await new Promise((resolve) => server.once("listening", resolve));
      try { return await pool.submit(() => server.address().port); } finally { server.close(); }`,
      says: "Cannot ship the function at FILE:5: it captures `server`, a server, which cannot leave its thread. Keep it here, and pass what the task needs of it: const { port } = server.address().",
      variable: "server",
      paste: "const { port } = server.address()",
      fixed: `
      const { createServer } = await import("node:${module}");
      const server = createServer().listen(0);
      await new Promise((resolve) => server.once("listening", resolve));
      const { port } = server.address();
      try { return await pool.submit(() => typeof port); } finally { server.close(); }`,
      gives: "number",
    }),
  ),
  {
    name: "a stream of a file",
    of: "a stream, which cannot leave its thread",
    refused: `
      const { createReadStream } = await import("node:fs");
      const stream = createReadStream(new URL("package.json", import.meta.url));
      try { return await pool.submit(() => stream.read()); } finally { stream.destroy(); }`,
    says: "Cannot ship the function at FILE:4: it captures `stream`, a stream, which cannot leave its thread. Pass its data, or a path that the task opens.",
    variable: "stream",
    paste: "a path that the task opens",
    fixed: `
      const { createReadStream } = await import("node:fs");
      const path = new URL("package.json", import.meta.url); // a path that the task opens
      return pool.submit(async () => {
        let text = "";
        for await (const part of createReadStream(path)) text += part;
        return JSON.parse(text).type;
      });`,
    gives: "module",
  },
  ...["setTimeout(() => {}, 1e6)", "setInterval(() => {}, 1e6)", "setImmediate(() => {})"].map(
    (text): RefusalCase => ({
      name: `a timer of ${text.slice(0, text.indexOf("("))}`,
      of: "a timer, which cannot leave its thread",
      refused: `
      const timer = ${text};
      try { return await pool.submit(() => clearTimeout(timer)); } finally { clearTimeout(timer); clearImmediate(timer); }`,
      says: "Cannot ship the function at FILE:3: it captures `timer`, a timer, which cannot leave its thread. Start it in the task, or clear it here when the future is done.",
      variable: "timer",
      paste: "clear it here when the future is done",
      fixed: `
      const timer = ${text};
      // clear it here when the future is done
      try { return await pool.submit(() => "done"); } finally { clearTimeout(timer); clearImmediate(timer); }`,
      gives: "done",
    }),
  ),
  {
    name: "a child process",
    of: "a child process, which cannot leave its thread",
    refused: `
      const { spawn } = await import("node:child_process");
      const child = spawn(process.execPath, ["-e", ""]);
      const ended = new Promise((resolve) => child.once("close", resolve));
      try { return await pool.submit(() => child.pid); } finally { await ended; }`,
    says: "Cannot ship the function at FILE:5: it captures `child`, a child process, which cannot leave its thread. Keep it here, and pass what the task needs of it: const { pid } = child.",
    variable: "child",
    paste: "const { pid } = child",
    fixed: `
      const { spawn } = await import("node:child_process");
      const child = spawn(process.execPath, ["-e", ""]);
      const ended = new Promise((resolve) => child.once("close", resolve));
      const { pid } = child;
      try { return await pool.submit(() => typeof pid); } finally { await ended; }`,
    gives: "number",
  },
  {
    name: "a Worker",
    of: "a Worker, which cannot leave its thread",
    refused: `
      const { Worker } = await import("node:worker_threads");
      const worker = new Worker("", { eval: true });
      try { return await pool.submit(() => worker.postMessage(1)); } finally { await worker.terminate(); }`,
    says: "Cannot ship the function at FILE:4: it captures `worker`, a Worker, which cannot leave its thread. Return what it is to have, and post that here.",
    variable: "worker",
    paste: "post that here",
    fixed: `
      const { Worker } = await import("node:worker_threads");
      const worker = new Worker("require('worker_threads').parentPort.once('message', (x) => process.exit(x))", { eval: true });
      const left = new Promise((resolve) => worker.once("exit", resolve));
      worker.postMessage(await pool.submit(() => 3)); // post that here
      return left;`,
    gives: 3,
  },
  given(
    "MessagePort",
    "port",
    "const { port1: port, port2 } = new MessageChannel(); port2.close();",
    "typeof port.postMessage",
    "function",
  ),
  given("ReadableStream", "stream", "const stream = new ReadableStream();", "typeof stream.getReader", "function"),
  given("WritableStream", "stream", "const stream = new WritableStream();", "typeof stream.getWriter", "function"),
  given("TransformStream", "stream", "const stream = new TransformStream();", "typeof stream.readable", "object"),
  {
    name: "a FileHandle",
    of: "FileHandle",
    refused: `
      const { open } = await import("node:fs/promises");
      const file = await open(new URL("package.json", import.meta.url));
      try { return await pool.submit(async () => (await file.stat()).size); } finally { await file.close(); }`,
    says: "Cannot ship the function at FILE:4: it captures `file`, a FileHandle, which can only change owner. Pass its path, and open it in the task.",
    variable: "file",
    paste: "open it in the task",
    fixed: `
      const { open } = await import("node:fs/promises");
      const path = new URL("package.json", import.meta.url);
      return pool.submit(async () => {
        const file = await open(path); // open it in the task
        try { return (await file.stat()).isFile(); } finally { await file.close(); }
      });`,
    gives: true,
  },
];
