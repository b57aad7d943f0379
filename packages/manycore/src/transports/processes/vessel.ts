/** A child process, as its lane sees it. */

import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import type { ToHost, ToWorker } from "../rings/messages.ts";
import type { Ending, Vessel, VesselEvents } from "../rings/vessel.ts";
import type { Carrier } from "./carrier.ts";
import { FrameReader, frame, type Records } from "./frames.ts";
import { fromFrame, type ProcessSetup, SOCKET_FD, type ToProcess, toFrame } from "./messages.ts";
import { HEAP_HINT, isHeapFull, KERNEL_HINT, type KernelKills } from "./out-of-memory.ts";

/** What a child that has taken its leave may need to end by itself: exit handlers, profiles that are written. */
const LEAVE_MS = 5000;
/** What is kept of the end of its standard error. */
const LAST_WORDS = 8192;

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string | undefined;
  /** The fd of the memory that both see. */
  readonly arenaFd: number | undefined;
}

export class ProcessVessel implements Vessel {
  readonly #events: VesselEvents;
  readonly #child: ChildProcess;
  readonly #socket: Socket;
  readonly #carrier: Carrier | undefined;
  readonly #frames = new FrameReader<object>((message) => this.#arrive(message));
  readonly #kills: KernelKills;
  #hasPrinted = false;
  #isKilled = false;
  #isCorked = false;
  #isWoken = false;
  #lastWords = "";
  #hasSpoken = false;
  #spawnError: unknown;
  #received = 0;
  #leaveTimer: NodeJS.Timeout | undefined;

  constructor(
    command: Command,
    setup: ProcessSetup,
    carrier: Carrier | undefined,
    kills: KernelKills,
    events: VesselEvents,
  ) {
    this.#events = events;
    this.#kills = kills;
    this.#carrier = carrier;
    const { file, args, env, cwd, arenaFd } = command;
    this.#child = spawn(process.execPath, [...args, file], {
      stdio: ["ignore", "pipe", "pipe", "pipe", ...(arenaFd === undefined ? [] : [arenaFd])],
      env: env as NodeJS.ProcessEnv,
      ...(cwd !== undefined && { cwd }),
      windowsHide: true,
    });
    this.#socket = this.#child.stdio[SOCKET_FD] as Socket;
    this.#child.once("error", (error) => {
      this.#spawnError = error;
      if (this.#child.pid === undefined) this.#afterAll(null, null);
    });
    this.#child.once("exit", (code, signal) => this.#afterAll(code, signal));
    this.#socket?.on("data", (chunk: Buffer) => {
      this.#received += chunk.length;
      this.#frames.feed(chunk);
    });
    this.#socket?.on("error", () => {}); // its exit follows
    this.#forward("stdout");
    this.#forward("stderr");
    for (const stream of this.#streams()) stream.unref();
    this.post(setup);
  }

  get isQuiet(): boolean {
    return !this.#hasPrinted && this.#carrier === undefined;
  }

  post(message: ToWorker | ToProcess): void {
    const carried: ToProcess | Records =
      message.kind === "wake" && this.#carrier !== undefined
        ? { kind: "records", bytes: this.#carrier.take() }
        : message;
    if (this.#socket === undefined || !this.#socket.writable) return; // it is dying, and its exit will say so
    this.#cork();
    for (const part of frame(carried.kind === "records" ? carried : toFrame(carried))) this.#socket.write(part);
  }

  /** The socket is read by the event loop alone. */
  receive(): boolean {
    return this.#carrier?.flush() === true;
  }

  hold(on: boolean): void {
    if (on) this.#child.ref();
    else this.#child.unref();
  }

  kill(): void {
    this.#isKilled = true;
    clearTimeout(this.#leaveTimer);
    this.#child.ref(); // whoever waits for the end must see it
    this.#child.kill("SIGKILL");
  }

  release(): void {
    this.#leaveTimer = setTimeout(() => this.kill(), LEAVE_MS);
  }

  close(): void {
    clearTimeout(this.#leaveTimer);
    for (const stream of this.#streams()) stream.destroy();
  }

  /** What is posted in one turn leaves in one write. */
  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#socket.cork();
    process.nextTick(() => {
      this.#isCorked = false;
      this.#socket.uncork();
    });
  }

  #arrive(message: object): void {
    this.#hasSpoken = true;
    const heard = fromFrame(message) as ToHost | Records;
    if (heard.kind === "records") this.#carrier?.put(heard.bytes);
    if (heard.kind === "records" || heard.kind === "wake") this.#wakeSoon();
    else this.#events.heard(heard);
  }

  /**
   * Replies are told when this turn's pipes have been read: what a task's native code printed before its reply lies in a pipe
   * that the kernel reports no later than the wake-up.
   */
  #wakeSoon(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    setImmediate(() => {
      this.#isWoken = false;
      this.#events.heard({ kind: "wake" });
      if (this.#carrier?.isEmpty === false) {
        this.#carrier.flush();
        this.#wakeSoon();
      }
    });
  }

  #forward(name: "stdout" | "stderr"): void {
    this.#child[name]?.on("data", (chunk: Buffer) => {
      this.#hasPrinted = true;
      this.#received += chunk.length;
      if (name === "stderr") this.#lastWords = (this.#lastWords + chunk.toString("latin1")).slice(-LAST_WORDS);
      process[name].write(chunk);
    });
  }

  *#streams(): Generator<Socket> {
    const { stdout, stderr } = this.#child as {
      stdout: (Readable & Socket) | null;
      stderr: (Readable & Socket) | null;
    };
    for (const stream of [this.#socket, stdout, stderr]) if (stream) yield stream;
  }

  /**
   * It has exited; what it wrote before is in the pipes. They end with it, unless it has given them on to a process that lives:
   * then they are read for as long as each turn brings something.
   */
  #afterAll(code: number | null, signal: NodeJS.Signals | null): void {
    const streams = [...this.#streams()];
    const look = (before: number, quietTurns: number): void => {
      const isOver = streams.every((stream) => stream.closed || stream.readableEnded || stream.destroyed);
      const isStill = this.#received === before && this.#carrier?.isEmpty !== false;
      const quiet = isStill ? quietTurns + 1 : 0;
      if (this.#carrier?.isEmpty === false) this.#wakeSoon();
      if ((isOver && isStill) || quiet > QUIET_TURNS) this.#events.ended(this.#ending(code, signal));
      else setImmediate(look, this.#received, quiet);
    };
    look(this.#received, 0);
  }

  #ending(exitCode: number | null, signal: NodeJS.Signals | null): Ending {
    const cause = this.#spawnError ?? (this.#hasSpoken ? undefined : complaintIn(this.#lastWords));
    if (isHeapFull(this.#lastWords)) return { exitCode, signal, cause, hint: HEAP_HINT };
    const isKernels = signal === "SIGKILL" && !this.#isKilled && this.#kills.explainOne();
    return { exitCode, signal, cause, hint: isKernels ? KERNEL_HINT : undefined };
  }
}

/** What Node itself said of an option, or of a module that it was to import first. */
function complaintIn(lastWords: string): Error | undefined {
  const lines = lastWords.split("\n").filter((line) => line.trim() !== "");
  const line = lines.find((each) => /\b(?:Error|bad option|not allowed)\b/.test(each)) ?? lines.at(-1);
  return line === undefined ? undefined : new Error(line.trim());
}

/** Turns without a byte after which a pipe that somebody else holds open is taken for read. */
const QUIET_TURNS = 4;
