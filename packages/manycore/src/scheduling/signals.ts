/** AbortSignals and those who wait for them: one listener a signal, however many calls share it. */

export interface Abortable {
  abort(reason: unknown): void;
}

export class Signals {
  readonly #watched = new Map<AbortSignal, { readonly listener: () => void; readonly waiting: Set<Abortable> }>();

  /** `abortable` is aborted when the signal is. The caller has made sure that it is not yet. */
  watch(signal: AbortSignal, abortable: Abortable): void {
    let entry = this.#watched.get(signal);
    if (entry === undefined) {
      const waiting = new Set<Abortable>();
      const listener = () => {
        this.#watched.delete(signal);
        for (const each of [...waiting]) each.abort(signal.reason);
      };
      entry = { listener, waiting };
      this.#watched.set(signal, entry);
      signal.addEventListener("abort", listener, { once: true });
    }
    entry.waiting.add(abortable);
  }

  /** It is settled: the signal is nothing to it any more. The last one takes the listener away. */
  leave(signal: AbortSignal, abortable: Abortable): void {
    const entry = this.#watched.get(signal);
    if (entry === undefined || !entry.waiting.delete(abortable) || entry.waiting.size > 0) return;
    signal.removeEventListener("abort", entry.listener);
    this.#watched.delete(signal);
  }
}
