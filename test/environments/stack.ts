/** A program whose task fails: it prints the stack that the error arrives with. */

import { ThreadPoolExecutor } from "manycore";

interface Order {
  readonly amount: number;
}

const MOST = 10;

function checked({ amount }: Order): number {
  if (amount > MOST) throw new RangeError(`${amount} is more than ${MOST}`); // the line that is to be named
  return amount;
}

async function main(): Promise<void> {
  const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  try {
    await pool.submit(checked, { amount: 12 });
  } catch (error) {
    process.stdout.write((error as Error).stack ?? "");
  } finally {
    await pool.shutdown();
  }
}

void main();
