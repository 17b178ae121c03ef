/**
 * Chance that can be asked for at any point, in any order: the same key and position always give the same number.
 * Keys are drawn from the market's seeded source; a market made of such numbers does not depend on who asks when.
 */

/** A number in [0, 1) for the integer `position` (murmur3's finaliser over key and position). */
export function uniformAt(key: number, position: number): number {
  let hash = Math.imul(position, 0x9e3779b1) ^ key;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** A smooth curve in (-1, 1) through a random value at each integer (value noise, smoothstep between). */
export function smoothAt(key: number, position: number): number {
  const left = Math.floor(position);
  const share = position - left;
  const from = uniformAt(key, left);
  const to = uniformAt(key, left + 1);
  return 2 * (from + (to - from) * share * share * (3 - 2 * share)) - 1;
}
