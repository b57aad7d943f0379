/** Ctrl-C: once asks, twice insists. */

export class Interrupts {
  count = 0;
  readonly #heard: () => void;

  constructor(on: { first(): void; again(): void }) {
    this.#heard = () => {
      if (++this.count === 1) on.first();
      else on.again();
    };
    process.on("SIGINT", this.#heard);
  }

  ignore(): void {
    process.off("SIGINT", this.#heard);
  }
}
