/** Does a worker's event loop turn? It answers a ping, or it does not in time. */

export class Pings {
  readonly #send: (number: number) => void;
  readonly #waiting = new Map<number, (answered: boolean) => void>();
  #count = 0;

  constructor(send: (number: number) => void) {
    this.#send = send;
  }

  /** True: the answer came within `ms`, or the worker has ended. */
  answers(ms: number): Promise<boolean> {
    const number = ++this.#count;
    return new Promise((resolve) => {
      const end = (answered: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(number);
        resolve(answered);
      };
      const timer = setTimeout(() => end(false), ms);
      this.#waiting.set(number, end);
      this.#send(number);
    });
  }

  answered(number: number): void {
    this.#waiting.get(number)?.(true);
  }

  /** The worker has ended: nobody need wait. */
  end(): void {
    for (const end of [...this.#waiting.values()]) end(true);
  }
}
