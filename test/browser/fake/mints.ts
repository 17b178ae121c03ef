import type { Random } from '../../../src/kernel/index.ts';

const letters = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'.split('');

export function makeMint(random: Random, tail = ''): string {
  let text = '';
  while (text.length < 44 - tail.length) text += random.pick(letters);
  return text + tail;
}

export function looksLikeMint(text: string): boolean {
  return /^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(text);
}

export const WRAPPED_SOL = 'So11111111111111111111111111111111111111112';
export const USDC = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';
