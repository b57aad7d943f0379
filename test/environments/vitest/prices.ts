/** A module of the program under test, in syntax that Node does not strip. */

// biome-ignore lint/style/noEnum: what a compiler makes of it is the point
export enum Currency {
  Euro = 1,
  Franc = 2,
}

let rate = 1;

export const setRate = (value: number): void => {
  rate = value;
};

export const converted = (amount: number): number => amount * rate;

export class Price {
  readonly amount: number;
  constructor(amount: number) {
    this.amount = amount;
  }
  twice(): number {
    return this.amount * 2;
  }
}
