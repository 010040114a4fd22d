/**
 * Chance that is the same in every run.
 *
 * @module
 */

/** Makes numbers from 0 up to, but not including, 1; neighbouring seeds give unlike ones. */
export function seededRandom(seed: number): () => number {
  // A counter of odd steps, each mixed until every bit of it bears on every bit of the number.
  let count = seed | 0;
  return () => {
    count = (count + 0x9e3779b9) | 0;
    let mixed = Math.imul(count ^ (count >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}
