import { describe, expect, test } from 'vitest';
import type { StageFigures } from '../../contract/index.ts';
import { findBottleneck, type BottleneckFacts } from './bottleneck.ts';
import type { PlanStatus } from './plan-status.ts';

type Load = PlanStatus['classes']['hot'];
const load = (intervalMs: number, rotationMs: number | null): Load => ({
  tokens: 100,
  intervalMs,
  rotationMs,
  requestsPerMinute: 1,
  backlog: 0,
  longestWaitMs: 0,
  longestWait: { ms: 0, intervals: 0, fairShares: 0 },
});
const planOf = (cold: Load): PlanStatus => ({
  classes: { hot: load(10_000, 10_000), cold, archived: load(300_000, 300_000), full: load(60_000, 60_000) },
  fill: 1,
  rotation: { processed: 1, distinct: 1, waiting: 0 },
  shortfall: null,
});
const CARRIED = planOf(load(45_000, 45_000));
const stage = (
  group: StageFigures['group'],
  name: StageFigures['stage'],
  waiting: number,
  dwellMs: number | null,
): StageFigures => ({ group, stage: name, waiting, perMinute: 60, dwellMs, p95Ms: dwellMs });
const QUEUED = stage('cold', 'queued', 500, 41_000);
const FETCHED = stage('cold', 'fetched', 5, 4_000);

const named = (facts: Partial<BottleneckFacts>): string | null => {
  const found = findBottleneck({
    stages: [QUEUED, FETCHED],
    plan: CARRIED,
    reachable: true,
    closed: new Set(),
    ...facts,
  });
  return found === null ? null : found.sentence;
};

describe('the bottleneck', () => {
  test.each<[string, Partial<BottleneckFacts>, string | null]>([
    ['none without work', { stages: [] }, null],
    [
      'none where tokens wait for less than a quarter of their interval',
      { stages: [stage('cold', 'queued', 9, 11_000)] },
      null,
    ],
    [
      'the quota that does not carry them',
      { plan: planOf(load(45_000, 840_000)) },
      'Cold tokens wait 41 s of 45 s for a request: the quota does not carry them (a round takes 14 min).',
    ],
    [
      'a quota that leaves nothing',
      { plan: planOf(load(45_000, null)), stages: [stage('cold', 'queued', 50, null)] },
      'Cold tokens wait for a request, and none gets one: the quota does not carry them (nothing of it is left for them).',
    ],
    [
      'a source that does not answer, before all else',
      { reachable: false, plan: planOf(load(45_000, 840_000)) },
      'Cold tokens wait 41 s of 45 s for a request: the source does not answer.',
    ],
    [
      'a job that does not run',
      { closed: new Set(['cold'] as const) },
      'Cold tokens wait 41 s of 45 s for a request: their job does not run.',
    ],
    [
      'a source that is slow',
      { stages: [stage('hot', 'queued', 1, 200), stage('hot', 'fetched', 60, 6_000)] },
      'Hot tokens wait 6 s of 6 s for the answer: the source is slow to answer.',
    ],
    [
      'a database that is slow',
      { stages: [stage('hot', 'stored', 60, 6_000)] },
      'Hot tokens wait 6 s of 6 s to be stored: the database is slow.',
    ],
    [
      'a process that is busy',
      { stages: [stage('activation', 'judged', 60, 16_000)] },
      'Tokens to be judged for activation wait 16 s of 16 s to be judged and scored: the process is busy.',
    ],
    ['what passes', {}, 'Cold tokens wait 41 s of 45 s for a request: others were first, and it passes.'],
    [
      'where most tokens are',
      { stages: [QUEUED, stage('hot', 'queued', 900, 8_000)] },
      'Hot tokens wait 8 s of 8 s for a request: others were first, and it passes.',
    ],
  ])('is %s', (_, facts, sentence) => {
    expect(named(facts)).toBe(sentence);
  });

  test('names what would help', () => {
    const found = findBottleneck({
      stages: [QUEUED],
      plan: planOf(load(45_000, 840_000)),
      reachable: true,
      closed: new Set(),
    });
    expect(found).toMatchObject({ group: 'cold', stage: 'queued', dwellMs: 41_000, totalMs: 41_000 });
    expect(found?.knob).toContain('`tokens.cold_interval`');
  });
});
