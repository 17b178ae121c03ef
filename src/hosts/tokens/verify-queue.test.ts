import { describe, expect, it } from 'vitest';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { checkActivation } from './activation.ts';
import { NOW, SETTINGS, pairOf, poolOf, tokenOf } from './testing/tokens.ts';
import type { Token } from './token.ts';
import { VerifyQueue } from './verify-queue.ts';

const FAILED = checkActivation([pairOf(mintOf(1))], SETTINGS, NOW);
const failed = (n: number, changes: Partial<Token> = {}): Token =>
  tokenOf(mintOf(n), { check: FAILED, pools: [poolOf(mintOf(n))], ...changes });
/** 300 requests a minute, of which 2 % are 6. */
const PER_MS = 300 / 60_000;
const IDLE = { isReading: () => false };
const queue = (): VerifyQueue => new VerifyQueue({ verifyShare: 0.02 });

describe('tokens to be looked at through the other endpoint', () => {
  it('come in turn, within their share of the quota', () => {
    const waiting = queue();
    for (let n = 1; n <= 100; n++) waiting.offer(failed(n), NOW);
    const taken: (string | undefined)[] = [];
    for (let second = 0; second <= 65; second++) {
      const mint = waiting.take(PER_MS, second * 1_000, IDLE);
      if (mint !== undefined) taken.push(mint);
    }
    expect(taken).toEqual([1, 2, 3, 4, 5, 6].map(mintOf));
  });

  it.each<[string, Partial<Token>, boolean]>([
    ['a failed check', {}, true],
    ['never checked', { check: null }, false],
    ['without any pool', { pools: [] }, false],
    ['its pools not at hand', { pools: [], scoredAt: NOW }, true],
    ['active', { status: 'active' }, false],
    ['archived', { status: 'archived' }, false],
    ['looked at lately', { verification: verifiedAt(NOW - 1_799_999) }, false],
    ['looked at half an hour ago', { verification: verifiedAt(NOW - 1_800_000) }, true],
  ])('%s: %s', (_, changes, taken) => {
    const waiting = queue();
    waiting.offer(failed(1, changes), NOW);
    waiting.take(PER_MS, 0, IDLE);
    expect(waiting.take(PER_MS, 60_000, IDLE) !== undefined).toBe(taken);
  });

  it('wait while another read of them is under way', () => {
    const waiting = queue();
    waiting.offer(failed(1), NOW);
    waiting.offer(failed(2), NOW);
    waiting.take(PER_MS, 0, IDLE);
    expect(waiting.take(PER_MS, 60_000, { isReading: (mint) => mint === mintOf(1) })).toBe(mintOf(2));
    expect(waiting.take(PER_MS, 60_000, IDLE)).toBe(mintOf(1));
  });

  it('are at most 200 at a time', () => {
    const waiting = queue();
    for (let n = 1; n <= 300; n++) waiting.offer(failed(n), NOW);
    const taken = new Set<string>();
    for (let minute = 0; minute < 400; minute++) {
      const mint = waiting.take(PER_MS, minute * 60_000, IDLE);
      if (mint !== undefined) taken.add(mint);
    }
    expect(taken.size).toBe(200);
  });
});

function verifiedAt(at: number): Token['verification'] {
  return { at, onlyHere: [], onlyThere: [], differs: [], passed: false, sentence: '' };
}
