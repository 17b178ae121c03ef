import { randomBytes } from 'node:crypto';

/** A source of unpredictable bytes. The fake gives the same ones each time; only the real one may guard anything. */
export type Entropy = (bytes: number) => Uint8Array;

/** The operating system's entropy. */
export const systemEntropy: Entropy = (bytes) => randomBytes(bytes);

/** A short random id in base64url, `bytes` long before encoding. */
export function createId(entropy: Entropy, bytes = 9): string {
  const random = Buffer.from(entropy(bytes));
  // The first character is a letter: a command line would take a dash for the beginning of an option.
  random[0] = (random[0] ?? 0) & 0x7f;
  return random.toString('base64url');
}
