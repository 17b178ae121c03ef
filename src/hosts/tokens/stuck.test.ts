import { describe, expect, it } from 'vitest';
import { stuckToken } from '../../contract/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { checkActivation } from './activation.ts';
import { describeStuck, judgeStuck, type ReadState, type SourceState } from './stuck.ts';
import { NOW, SETTINGS, pairOf, tokenOf } from './testing/tokens.ts';
import type { Token } from './token.ts';

const A = mintOf(1);
const MINUTE = 60_000;
const unmet = checkActivation([pairOf(A)], SETTINGS, NOW - 20_000);
const met = checkActivation([pairOf(A), pairOf(A, { pairAddress: 'b' })], SETTINGS, NOW - 20_000);
const broken = {
  ...unmet,
  steps: unmet.steps.map((step) =>
    step.name === 'external_pools' ? { ...step, value: null, reason: 'The step broke: boom' } : step,
  ),
};
const checked = { checkedAt: NOW - 20_000, checkSince: NOW - 14 * MINUTE };
const fine: ReadState = {
  lastCheckedAt: NOW - 20_000,
  nextCheckAt: NOW + 40_000,
  failuresInRow: 0,
  waitingForMs: 0,
  reading: false,
};
const late: ReadState = {
  ...fine,
  lastCheckedAt: NOW - 6 * MINUTE,
  nextCheckAt: NOW,
  waitingForMs: 5 * MINUTE,
};
const never: ReadState = { ...late, lastCheckedAt: null, waitingForMs: 20 * MINUTE };
const well: SourceState = { failingForMs: 0, quotaSpent: false };

const judge = (changes: Partial<Token>, state = fine, source = well): string | null => {
  const token = tokenOf(A, { symbol: 'MOON', statusSince: NOW - 20 * MINUTE, ...changes });
  const verdict = judgeStuck(token, state, source, SETTINGS, NOW);
  if (!verdict) return null;
  const shown = stuckToken.parse(describeStuck(token, verdict, state, source, NOW));
  return `${shown.kind} ${shown.fault} ${shown.step?.name ?? '-'} ${shown.failingSince === null ? '-' : (NOW - shown.failingSince) / MINUTE} | ${shown.sentence}`;
};

describe('stuck', () => {
  it.each<[string, Partial<Token>, ReadState, SourceState, string | null]>([
    ['just come', { statusSince: NOW - 3 * MINUTE }, never, well, null],
    ['active', { status: 'active', check: unmet, ...checked }, fine, well, null],
    ['archived', { status: 'archived', check: unmet, ...checked }, fine, well, null],
    [
      'not eligible',
      { check: unmet, ...checked },
      fine,
      well,
      'not_eligible market external_pools 14 | Not eligible yet: 1 external pool with enough liquidity, 2 needed, for 14 min; last checked 20 s ago; next check in 40 s.',
    ],
    [
      'not eligible, whatever else is the matter',
      { check: unmet, ...checked },
      { ...fine, failuresInRow: 3 },
      { failingForMs: 9_000, quotaSpent: true },
      'not_eligible market external_pools 14 | Not eligible yet: 1 external pool with enough liquidity, 2 needed, for 14 min; last checked 20 s ago; next check in 40 s.',
    ],
    [
      'checked exactly as long ago as counts',
      { check: unmet, ...checked },
      { ...fine, lastCheckedAt: NOW - 3 * MINUTE },
      well,
      'not_eligible market external_pools 14 | Not eligible yet: 1 external pool with enough liquidity, 2 needed, for 14 min; last checked 3 min ago; next check in 40 s.',
    ],
    [
      'in the queue',
      { check: unmet, ...checked },
      late,
      well,
      'ours queue - 5 | Not checked: its check has been due for 5 min although requests are left; last checked 6 min ago; the next check is due.',
    ],
    [
      'never looked at',
      {},
      never,
      well,
      'ours queue - 20 | Not checked: its check has been due for 20 min although requests are left; never checked; the next check is due.',
    ],
    [
      'being read',
      {},
      { ...never, reading: true },
      well,
      'ours queue - 20 | Not checked: its check has been due for 20 min although requests are left; never checked; it is being read now.',
    ],
    [
      'the quota is spent',
      {},
      never,
      { ...well, quotaSpent: true },
      'ours quota - 20 | Not checked: its check has been due for 20 min, and the quota of requests is spent; never checked; the next check is due.',
    ],
    [
      'its reads fail',
      {},
      { ...never, failuresInRow: 4, nextCheckAt: NOW + 16_000 },
      { failingForMs: 9_000, quotaSpent: true },
      'ours fetch - 20 | Not checked: reading its pools has failed 4 times in a row; never checked; next check in 16 s.',
    ],
    [
      'the source is away',
      { check: unmet, ...checked },
      late,
      { failingForMs: 300_000, quotaSpent: true },
      'ours fetch - 5 | Not checked: the source has not answered for 5 min; last checked 6 min ago; the next check is due.',
    ],
    [
      'the source just missed an answer',
      { check: unmet, ...checked },
      late,
      { ...well, failingForMs: 2_999 },
      'ours queue - 5 | Not checked: its check has been due for 5 min although requests are left; last checked 6 min ago; the next check is due.',
    ],
    [
      'full reads are empty',
      { check: null, checkedAt: NOW - 20_000 },
      fine,
      well,
      'ours fetch - 0 | Not checked: full reads show no pool although other answers show some; last checked 20 s ago; next check in 40 s.',
    ],
    [
      'checked before it came back only',
      { check: unmet, checkedAt: NOW - 21 * MINUTE, checkSince: NOW - 40 * MINUTE },
      { ...fine, lastCheckedAt: NOW - 2 * MINUTE, waitingForMs: MINUTE, nextCheckAt: null },
      well,
      'ours queue - 1 | Not checked: its check has been due for 60 s although requests are left; last checked 2 min ago.',
    ],
    [
      'a step breaks',
      { check: broken, ...checked },
      fine,
      well,
      'ours rule external_pools 14 | Not judged: the step external_pools fails with an error (The step broke: boom), for 14 min; last checked 20 s ago; next check in 40 s.',
    ],
    [
      'met for a while and still here',
      { check: met, ...checked },
      fine,
      well,
      'ours rule - 14 | Not activated although it has met the condition for 14 min; last checked 20 s ago; next check in 40 s.',
    ],
    ['met just now', { check: met, ...checked, checkSince: NOW - 3 * MINUTE + 1 }, fine, well, null],
    [
      'held',
      {
        check: met,
        ...checked,
        held: { to: 'active', since: NOW - 4 * MINUTE, reason: 'Too many would move.' },
      },
      fine,
      well,
      'ours held - 4 | Not activated: its move is held for 4 min (Too many would move); last checked 20 s ago; next check in 40 s.',
    ],
    [
      'its archival is held: still not eligible',
      { check: unmet, ...checked, held: { to: 'archived', since: NOW - 4 * MINUTE, reason: 'Many.' } },
      fine,
      well,
      'not_eligible market external_pools 14 | Not eligible yet: 1 external pool with enough liquidity, 2 needed, for 14 min; last checked 20 s ago; next check in 40 s.',
    ],
  ])('%s', (_what, changes, state, source, expected) => {
    expect(judge(changes, state, source)).toBe(expected);
  });

  it('a check stays a fact for two intervals when those are long', () => {
    const token = tokenOf(A, { statusSince: NOW - 60 * MINUTE, check: unmet, ...checked });
    const at = (minutes: number): string | undefined =>
      judgeStuck(
        token,
        { ...late, lastCheckedAt: NOW - minutes * MINUTE },
        well,
        { checkIntervalMs: 10 * MINUTE },
        NOW,
      )?.fault;
    expect([at(20), at(21)]).toEqual(['market', 'queue']);
  });
});
