/**
 * Counts by digest, in flat typed arrays: of ten million keys each takes some 30 bytes, where a `Map` of strings takes
 * more than 100 and holds 16 million at most. Open addressing with linear probing; entries are never removed.
 */

import { DIGEST_LENGTH } from "../keys.ts";

const WORDS = DIGEST_LENGTH / 8;
const FIRST_SLOTS = 1024;
/** Beyond this share of used slots probing gets long. */
const FULLEST = 0.7;

export class Tally {
  #digests = new Uint32Array(FIRST_SLOTS * WORDS);
  #counts = new Uint32Array(FIRST_SLOTS);
  #slots = FIRST_SLOTS;
  #used = 0;
  /** Counts of a kind a digest never had are 0, so that one that fell to 0 keeps its slot. */
  #taken = new Uint8Array(FIRST_SLOTS);

  /** How often this digest is counted, 0 where it never was. */
  get(digest: string): number {
    return this.#counts[this.#find(wordsOf(digest))] as number;
  }

  /** Counts it up or down, and returns what it comes to. */
  add(digest: string, by: number): number {
    if (this.#used >= this.#slots * FULLEST) this.#grow();
    const words = wordsOf(digest);
    const slot = this.#find(words);
    if (this.#taken[slot] === 0) {
      this.#taken[slot] = 1;
      this.#used++;
      this.#digests.set(words, slot * WORDS);
    }
    this.#counts[slot] = (this.#counts[slot] as number) + by;
    return this.#counts[slot] as number;
  }

  #find(words: Words): number {
    const digests = this.#digests;
    let slot = words[0] & (this.#slots - 1);
    while (this.#taken[slot] === 1) {
      const at = slot * WORDS;
      if (digests[at] === words[0] && digests[at + 1] === words[1] && digests[at + 2] === words[2]) return slot;
      slot = (slot + 1) & (this.#slots - 1);
    }
    return slot;
  }

  #grow(): void {
    const [digests, counts, taken] = [this.#digests, this.#counts, this.#taken];
    const before = this.#slots;
    this.#slots *= 2;
    this.#digests = new Uint32Array(this.#slots * WORDS);
    this.#counts = new Uint32Array(this.#slots);
    this.#taken = new Uint8Array(this.#slots);
    for (let slot = 0; slot < before; slot++) {
      if (taken[slot] === 0) continue;
      const words = digests.subarray(slot * WORDS, (slot + 1) * WORDS) as unknown as Words;
      const to = this.#find(words);
      this.#taken[to] = 1;
      this.#digests.set(words, to * WORDS);
      this.#counts[to] = counts[slot] as number;
    }
  }
}

type Words = readonly [number, number, number];

function wordsOf(digest: string): Words {
  return [
    Number.parseInt(digest.slice(0, 8), 16),
    Number.parseInt(digest.slice(8, 16), 16),
    Number.parseInt(digest.slice(16, 24), 16),
  ];
}
