import { describe, expect, it } from 'vitest';
import { defaultsOf } from '../../warden/config/index.ts';
import {
  dueOf,
  longestWaitOf,
  reduceFeed,
  type FeedEffect,
  type FeedEvent,
  type FeedState,
  type FeedStep,
} from './machine.ts';
import { pumpPortalSection } from './settings.ts';
import type { FeedTopic } from './wire.ts';

const TIMINGS = defaultsOf(pumpPortalSection);
const reduce = (
  state: FeedState,
  event: FeedEvent,
  nowMs: number,
  topics: readonly FeedTopic[] = ['migration'],
): FeedStep => reduceFeed(state, event, nowMs, TIMINGS, topics);

const connecting: FeedState = { kind: 'connecting', id: 3, failures: 2, sinceMs: 1_000 };
const subscribing: FeedState = {
  kind: 'subscribing',
  id: 3,
  failures: 2,
  sinceMs: 1_000,
  missing: ['migration', 'creation'],
};
const live: FeedState = {
  kind: 'live',
  id: 3,
  failures: 2,
  sinceMs: 1_000,
  nextPingMs: 21_000,
  pingedMs: null,
  forgiven: false,
};
const pinged: FeedState = { ...live, nextPingMs: 41_000, pingedMs: 21_000 };
const waiting: FeedState = { kind: 'waiting', id: 3, failures: 2, untilMs: 5_000, cause: 'x' };
const heard = (
  what: Extract<FeedEvent, { kind: 'heard' }>['what'],
  topic: FeedTopic | null = null,
): FeedEvent => ({ kind: 'heard', id: 3, what, topic });
const tick: FeedEvent = { kind: 'tick', chance: 0.5 };
const closed: FeedEvent = { kind: 'closed', id: 3, cause: 'reset', chance: 0.5 };

describe('a step', () => {
  const open4: FeedEffect = { kind: 'open', id: 4 };
  const terminate: FeedEffect = { kind: 'terminate', id: 3 };
  it.each<[string, FeedState, FeedEvent, number, Partial<FeedState>, readonly FeedEffect[]]>([
    [
      'the start opens the first',
      { kind: 'idle' },
      { kind: 'start' },
      0,
      { kind: 'connecting', id: 1, failures: 0 },
      [{ kind: 'open', id: 1 }],
    ],
    ['a second start does nothing', live, { kind: 'start' }, 0, live, []],
    [
      'what is open subscribes',
      connecting,
      { kind: 'opened', id: 3 },
      1_500,
      { kind: 'subscribing', sinceMs: 1_500, missing: ['migration'] },
      [{ kind: 'subscribe', id: 3, topics: ['migration'] }],
    ],
    ['what opened too late is not used', waiting, { kind: 'opened', id: 3 }, 1_500, waiting, []],
    [
      'what does not open in time is given up',
      connecting,
      tick,
      11_000,
      { kind: 'waiting', failures: 3, untilMs: 13_000, cause: 'not open within 10 s' },
      [terminate],
    ],
    ['and not before', connecting, tick, 10_999, connecting, []],
    [
      'what cannot be opened waits',
      connecting,
      closed,
      2_000,
      { kind: 'waiting', failures: 3, untilMs: 4_000, cause: 'reset' },
      [],
    ],
    [
      'one acknowledgement of two is not enough',
      subscribing,
      heard('acknowledgement', 'creation'),
      1_200,
      { kind: 'subscribing', missing: ['migration'] },
      [],
    ],
    [
      'an acknowledgement in unknown words counts for one',
      subscribing,
      heard('acknowledgement'),
      1_200,
      { kind: 'subscribing', missing: ['creation'] },
      [],
    ],
    ['a pong acknowledges nothing', subscribing, heard('pong'), 1_200, subscribing, []],
    ['a frame without a topic acknowledges nothing', subscribing, heard('frame'), 1_200, subscribing, []],
    [
      'the last acknowledgement makes it live',
      { ...subscribing, missing: ['migration'] },
      heard('acknowledgement', 'migration'),
      1_200,
      { kind: 'live', sinceMs: 1_200, nextPingMs: 21_200, pingedMs: null },
      [],
    ],
    [
      'a frame proves its subscription',
      { ...subscribing, missing: ['migration'] },
      heard('frame', 'migration'),
      1_200,
      { kind: 'live' },
      [],
    ],
    [
      'a missing acknowledgement is a dead socket',
      subscribing,
      tick,
      11_000,
      { kind: 'waiting', failures: 3, cause: 'no acknowledgement within 10 s' },
      [terminate],
    ],
    [
      'after 20 s it is asked whether it lives',
      live,
      tick,
      21_000,
      { kind: 'live', pingedMs: 21_000, nextPingMs: 41_000 },
      [{ kind: 'ping', id: 3 }],
    ],
    ['and not before', live, tick, 20_999, live, []],
    ['a pong is an answer', pinged, heard('pong'), 22_000, { ...pinged, pingedMs: null }, []],
    ['so is a frame', pinged, heard('frame', 'migration'), 22_000, { ...pinged, pingedMs: null }, []],
    [
      'no answer within 20 s is a dead socket',
      pinged,
      tick,
      41_000,
      { kind: 'waiting', failures: 3, cause: 'no answer to a ping within 20 s' },
      [terminate],
    ],
    [
      'a process that stood still asks once more',
      pinged,
      tick,
      60_000,
      { kind: 'live', pingedMs: 60_000, forgiven: true },
      [{ kind: 'ping', id: 3 }],
    ],
    ['but only once', { ...pinged, forgiven: true }, tick, 60_000, { kind: 'waiting' }, [terminate]],
    [
      'a loss soon after it was live waits longer',
      live,
      closed,
      60_999,
      { kind: 'waiting', failures: 3, untilMs: 62_999 },
      [],
    ],
    [
      'a loss after it was well for a minute waits as at first',
      live,
      closed,
      61_000,
      { kind: 'waiting', failures: 1, untilMs: 61_500 },
      [],
    ],
    [
      'the wait ends in the next connection',
      waiting,
      tick,
      5_000,
      { kind: 'connecting', id: 4, failures: 2, sinceMs: 5_000 },
      [open4],
    ],
    ['and not before', waiting, tick, 4_999, waiting, []],
    ['a connection that is over has nothing to say', live, { ...closed, id: 2 }, 2_000, live, []],
    ['a late close of what was given up changes nothing', waiting, closed, 2_000, waiting, []],
    [
      'the stop closes what is open',
      live,
      { kind: 'stop' },
      0,
      { kind: 'stopped' },
      [{ kind: 'close', id: 3 }],
    ],
    ['the stop gives up what is opening', connecting, { kind: 'stop' }, 0, { kind: 'stopped' }, [terminate]],
    ['the stop in a wait has nothing to do', waiting, { kind: 'stop' }, 0, { kind: 'stopped' }, []],
    ['nothing comes after the stop', { kind: 'stopped' }, tick, 1e9, { kind: 'stopped' }, []],
    ['not even a start', { kind: 'stopped' }, { kind: 'start' }, 1e9, { kind: 'stopped' }, []],
  ])('%s', (_, state, event, nowMs, expected, effects) => {
    const step = reduce(state, event, nowMs);
    expect(step.state).toMatchObject(expected);
    expect(step.effects).toEqual(effects);
    expect(step.reason).not.toBe('');
  });

  it('with a second topic subscribes to both', () => {
    expect(reduce(connecting, { kind: 'opened', id: 3 }, 0, ['migration', 'creation']).effects).toEqual([
      { kind: 'subscribe', id: 3, topics: ['migration', 'creation'] },
    ]);
  });
});

it('a live connection is pinged again although an answer is still awaited', () => {
  const patient = { ...TIMINGS, pongTimeoutMs: 50_000 };
  const step = reduceFeed(pinged, tick, 41_000, patient, ['migration']);
  expect(step).toMatchObject({
    state: { pingedMs: 21_000, nextPingMs: 61_000 },
    effects: [{ kind: 'ping' }],
  });
});

it.each([
  [1, 1_000],
  [2, 2_000],
  [5, 16_000],
  [6, 30_000],
  [1_000_000, 30_000],
])('after %i failures in a row the wait is at most %i ms', (failures, ms) => {
  expect(longestWaitOf(failures, TIMINGS)).toBe(ms);
});

it.each<[FeedState, number | null]>([
  [{ kind: 'idle' }, null],
  [{ kind: 'stopped' }, null],
  [connecting, 11_000],
  [subscribing, 11_000],
  [live, 21_000],
  [pinged, 41_000],
  [waiting, 5_000],
])('%j is due at %s', (state, dueMs) => {
  expect(dueOf(state, TIMINGS)).toBe(dueMs);
});
