import { expect, it } from 'vitest';
import { askedBy, isExplained, outcomeOf, runsAgainstPlan, shareDone, standingOf } from './words.ts';

it('a job that was never run claims nothing', () => {
  expect(standingOf({ state: 'idle', lastRun: null }).state).toBe('unknown');
  expect(standingOf({ state: 'parked', lastRun: null })).toEqual({ state: 'degraded', words: 'Parked' });
});

it('only a state that asks for it is explained', () => {
  expect(isExplained({ state: 'running', reason: 'started by plan' })).toBe(false);
  expect(isExplained({ state: 'parked', reason: 'ann: a test' })).toBe(true);
  expect(isExplained({ state: 'parked', reason: '' })).toBe(false);
});

it.each([
  [{ outcome: 'succeeded', abandoned: false }, 'healthy', 'Succeeded'],
  [{ outcome: 'stalled', abandoned: true }, 'degraded', 'Stalled, given up'],
  [{ outcome: 'cancelled', abandoned: true }, 'unknown', 'Cut off'],
] as const)('%j', (run, state, words) => {
  expect(outcomeOf(run)).toEqual({ state, words });
});

it('who started a run, and why', () => {
  expect(askedBy({ askedBy: 'plan', who: null, why: null })).toBe('Plan');
  expect(askedBy({ askedBy: 'hand', who: 'ann', why: 'to see' })).toBe('Asked by ann: to see');
});

it('runs stand against their plan, where there is one', () => {
  expect(runsAgainstPlan({ runsPerHour: 118.2, plannedPerHour: 120 })).toBe('118 of 120');
  expect(runsAgainstPlan({ runsPerHour: 0.5, plannedPerHour: null })).toBe('0.5');
  expect(runsAgainstPlan({ runsPerHour: null, plannedPerHour: 60 })).toBe('– of 60');
});

it('a share stays within what can be drawn', () => {
  expect(shareDone({ done: 5, total: 20 })).toBe(0.25);
  expect(shareDone({ done: 30, total: 20 })).toBe(1);
  expect(shareDone({ done: 1, total: 0 })).toBeNull();
  expect(shareDone(null)).toBeNull();
});
