/** `--halt now,fail=3`: after how many failures the run ends, and how. */

import { InvalidArgumentError } from "commander";

export interface Halt {
  /** `now`: what runs is aborted. `soon`: it is waited for. */
  readonly when: "now" | "soon";
  readonly failures: number;
}

/** @throws InvalidArgumentError */
export function parseHalt(text: string): Halt {
  const match = /^(now|soon)(?:,fail=([1-9]\d{0,8}))?$/.exec(text);
  if (match === null) throw new InvalidArgumentError("It takes now,fail=N or soon,fail=N.");
  return { when: match[1] as Halt["when"], failures: Number(match[2] ?? 1) };
}
