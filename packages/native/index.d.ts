/**
 * Memory that processes share, and what threads of different processes need to wait for each other on it.
 *
 * Every buffer here is an `ArrayBuffer` on shared pages: `Atomics.load`, `store`, `add`, `compareExchange` and the like are
 * atomic between processes on an `Int32Array` over it. `Atomics.wait` and `notify` refuse such an array: `futexWait`,
 * `futexWake` and `watch` take their place. A buffer cannot be transferred (`ERR_MANYCORE_NOT_TRANSFERABLE`): another thread
 * opens the arena or the name itself.
 *
 * An argument of the wrong type is a `TypeError` with `code` `ERR_INVALID_ARG_TYPE`, a number out of bounds a `RangeError`
 * with `ERR_OUT_OF_RANGE`; what the system refuses is an `Error` with the system's `code` (`ENOMEM`, `EMFILE`, ...). Where
 * there is no binary for this system every function throws an `Error` with `code` `ERR_MANYCORE_NATIVE_MISSING`; a runtime
 * that allows no foreign memory (Electron) gets `ERR_MANYCORE_NO_EXTERNAL_BUFFERS` from whatever would give a buffer.
 */

/** Why nothing here works on this system and what to do, in one line; `undefined` where everything does. */
export declare const missing: string | undefined;

/** An arena as its creator has it. */
export interface Arena {
  /** For a child's `stdio: [..., fd]`; closed on exec otherwise. Open until `closeFd`, also when the buffer is collected. */
  fd: number;
  /** `bytes` long, zeros; unmapped when it is collected. */
  buffer: ArrayBuffer;
}

/**
 * Makes anonymous shared memory. It has no name and leaves nothing behind: the kernel frees it when the last process that has
 * it open or mapped ends, by whatever signal. It is sparse, pages never written cost nothing. Linux: a memfd of sealed size;
 * macOS: a shared memory object, unlinked at once.
 *
 * @param bytes from 1 on
 * @throws Error `ENOMEM`, `EFBIG`, `EMFILE`; RangeError `ERR_BUFFER_TOO_LARGE` above this Node's `buffer.constants.MAX_LENGTH`
 */
export declare function createArena(bytes: number): Arena;

/**
 * Maps an arena that was inherited, or this process's own once more (a worker thread's way to it). Unmapped when the buffer
 * is collected; the fd stays the caller's, and may be closed at once.
 *
 * @returns as long as the arena; on macOS rounded up to whole pages
 * @throws Error `EBADF` where no such fd is open, `ERR_MANYCORE_NOT_AN_ARENA` where it is something else
 */
export declare function openArena(fd: number): ArrayBuffer;

/**
 * Closes the fd of an arena: buffers mapped from it stay. It closes nothing else.
 *
 * @throws Error `EBADF`, `ERR_MANYCORE_NOT_AN_ARENA`, as `openArena`
 */
export declare function closeFd(fd: number): void;

/**
 * Makes a named segment that any process of this user can open, for as long as it is not unlinked: it outlives its creator.
 * Its memory is taken at once, so that a full `/dev/shm` is an error here and not a crash later.
 *
 * @param name one word of a path; a slash before it is the same name. 254 bytes at most, 30 on macOS
 * @param bytes from 1 on
 * @throws Error `EEXIST` where the name is taken, `ENOSPC`, `EACCES`; `ERR_INVALID_ARG_VALUE` for what cannot be a name
 */
export declare function createNamed(name: string, bytes: number): ArrayBuffer;

/**
 * Maps a named segment, whole. Unmapped when the buffer is collected.
 *
 * @throws Error `ENOENT` where there is none, `EAGAIN` while its creator has not sized it yet, `EACCES`
 */
export declare function openNamed(name: string): ArrayBuffer;

/**
 * Takes the name away. Buffers mapped from it stay, and the memory is freed with the last of them.
 *
 * @returns false where there was no such name
 */
export declare function unlinkNamed(name: string): boolean;

/**
 * Blocks this thread while `words[index]` is `expected`, until `futexWake` in any process, or `timeoutMs`.
 *
 * A wait cannot be interrupted: a worker thread is not terminated, and no signal handler runs, before it ends. Wait in slices.
 *
 * @param words on shared pages, or an Error with `code` `ERR_MANYCORE_NOT_SHARED`; `ERR_MANYCORE_DETACHED` where its buffer is
 * @param timeoutMs milliseconds, fractions too, from 0 to Infinity
 * @returns `"ok"`: woken, or interrupted: look again; `"not-equal"`: the word was not `expected`; `"timed-out"`
 */
export declare function futexWait(
  words: Int32Array,
  index: number,
  expected: number,
  timeoutMs: number,
): "ok" | "not-equal" | "timed-out";

/**
 * Wakes up to `count` threads, of all processes, that wait on `words[index]`. Change the word first.
 *
 * @param count from 0 on; Infinity wakes all
 * @returns how many were woken
 */
export declare function futexWake(words: Int32Array, index: number, count: number): number;

/** What `watch` gives. Open until `close()`, or until this thread's environment ends. */
export interface Watch {
  /** Keeps the process alive while the watch is open. */
  ref(): void;
  /** Takes `ref()` back; a watch starts this way. */
  unref(): void;
  /** Ends the native thread; `onChange` is not called any more. Again is no error. */
  close(): void;
}

/**
 * Calls `onChange` in this thread's event loop after `words[index]` has changed and `futexWake` was called on it, in any
 * process. Changes before the event loop comes to it are one call; none is lost, but for a word that changed and changed back:
 * use a counter. What `onChange` throws is an uncaught exception.
 *
 * One native thread for each watch. It costs no time while nothing changes, and none while `onChange` has not been called.
 *
 * @throws Error `EAGAIN` where no thread can be started; `words` as in `futexWait`
 */
export declare function watch(words: Int32Array, index: number, onChange: () => void): Watch;

/**
 * Has the kernel kill this process (SIGKILL) when its parent ends, however either of them is busy. Call it in the main thread:
 * the tie is the calling thread's. A parent that started this process from a worker thread "ends" with that thread.
 *
 * @param parentPid who the parent is meant to be, as it said itself; without it, who it was when this package was loaded
 * @returns false where that parent is gone already, and nothing was tied; `"unsupported"` on macOS
 */
export declare function dieWithParent(parentPid?: number): boolean | "unsupported";

/**
 * When a living process started, in a unit of the system's: with the pid it names that process for ever, as pids come round.
 *
 * @returns 0 where there is none, or only a dead one that its parent has not waited for
 * @throws Error where a process lives but is hidden from this one (`/proc` mounted with `hidepid`)
 */
export declare function processStart(pid: number): number;
