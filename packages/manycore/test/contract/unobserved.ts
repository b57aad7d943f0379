/** A failure nobody looked at is reported once, as a warning; what was looked at, never. */

import assert from "node:assert/strict";
import { contract, type Room } from "../support/contract.ts";
import { turns } from "../support/gate.ts";

/** Warnings and unhandled rejections that `work` leads to. */
async function reports(work: () => Promise<void>): Promise<string[]> {
  const found: string[] = [];
  const warning = (each: Error) => found.push(`${each.name}: ${each.message}`);
  const unhandled = (reason: unknown) => found.push(`unhandled: ${String(reason)}`);
  process.on("warning", warning).on("unhandledRejection", unhandled);
  try {
    await work();
    await turns();
    return found;
  } finally {
    process.off("warning", warning).off("unhandledRejection", unhandled);
  }
}

export function unobservedContract(room: Room): void {
  contract(room, "a failure nobody looked at", (it) => {
    const fail = (message: string): number => {
      throw new RangeError(message);
    };

    it("is reported once at shutdown, with its stack", async (pool) => {
      const found = await reports(async () => {
        pool.submit(fail, "unseen failure");
        await pool.shutdown();
        await pool.shutdown();
      });
      const ours = found.filter((text) => text.includes("unseen failure"));
      assert.equal(ours.length, 1, found.join("\n"));
      assert.match(ours[0] ?? "", /UnobservedFailureWarning: .*RangeError: unseen failure\n\s+at /s);
    });

    it("is not reported when somebody looked, in whatever way", async (pool) => {
      const found = await reports(async () => {
        await assert.rejects(async () => pool.submit(fail, "looked at"));
        await pool.submit(fail, "looked at").exception();
        await pool.submit(fail, "looked at").catch(() => 0);
        pool.submit(fail, "looked at").addDoneCallback(() => {});
        const late = pool.submit(fail, "looked at");
        await pool.submit(() => 1);
        await turns();
        await late.exception();
        await pool.shutdown();
      });
      assert.deepEqual(
        found.filter((text) => text.includes("looked at")),
        [],
      );
    });

    it("is not made of cancelled calls", async (pool) => {
      const found = await reports(async () => {
        pool.submit(fail, "cancelled").cancel();
        await pool.shutdown();
      });
      assert.deepEqual(
        found.filter((text) => /cancel/i.test(text)),
        [],
      );
    });
  });
}
