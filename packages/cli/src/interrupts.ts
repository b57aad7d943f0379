/** Ctrl-C and SIGTERM: once asks, twice insists. */

/** Exit codes as a shell reports programs that these ended. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof EXIT_CODES;

export class Interrupts {
  /** Of the first signal; undefined while none came. */
  exitCode: number | undefined;
  readonly #heard: (signal: Signal) => void;

  constructor(on: { first(): void; again(exitCode: number): void }) {
    this.#heard = (signal) => {
      const isFirst = this.exitCode === undefined;
      this.exitCode ??= EXIT_CODES[signal];
      if (isFirst) on.first();
      else on.again(this.exitCode);
    };
    for (const signal of Object.keys(EXIT_CODES)) process.on(signal, this.#heard);
  }

  ignore(): void {
    for (const signal of Object.keys(EXIT_CODES)) process.off(signal, this.#heard);
  }
}
