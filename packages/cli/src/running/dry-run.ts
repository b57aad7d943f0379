/** `--dry-run`: which inputs would run. */

import type { Item } from "../inputs/source.ts";
import { OutputClosed, type Sink } from "../records/sink.ts";
import type { Feed } from "./feed.ts";

const BATCH_LENGTH = 1 << 16;

/** A line an input, as `--tag` shows it. */
export async function dryRun(feed: Feed, output: Sink, shown: (item: Item) => string): Promise<void> {
  let text = "";
  let index = 0;
  try {
    for await (const _ of feed) {
      text += `${shown((feed.take(index++) as { item: Item }).item)}\n`;
      if (text.length < BATCH_LENGTH) continue;
      await output.write(text);
      text = "";
    }
    await output.write(text);
  } catch (error) {
    if (!(error instanceof OutputClosed)) throw error;
    feed.close();
  }
  if (feed.failure !== undefined) throw feed.failure;
}
