import { beforeEach, expect, test, vi } from 'vitest';
import { FakeClock } from '../kernel/index.ts';
import type { ThresholdRule } from './detection/index.ts';
import { recoveryDefaults, type ActionPlan, type EndedAction } from './recovery/index.ts';
import { firstState, turn, type LoopPorts, type LoopState, type TurnRecord } from './loop.ts';

const hot: ThresholdRule = {
  kind: 'threshold',
  name: 'hot',
  signal: 'degrees',
  unit: '°',
  warning: { enter: 50, leave: 40 },
  critical: { enter: 80, leave: 70 },
  forMs: 0,
  keepForMs: 0,
  essential: true,
  describe: (value) => `It is ${value}.`,
  nextSteps: [],
};

const cool: ActionPlan = {
  name: 'cool',
  step: 'soft',
  component: 'air',
  ends: ['hot'],
  verifyWithinMs: 2_000,
};

let ended: EndedAction[] = [];
let clock = new FakeClock();
let degrees: number | null = 20;
let story: string[] = [];
let records: TurnRecord[] = [];
const ports = (more: Partial<LoopPorts> = {}): LoopPorts => ({
  clock,
  probes: [
    () => {
      story.push('observe');
      return [{ signal: 'degrees', value: degrees }];
    },
  ],
  rules: [hot],
  actions: [cool],
  settings: { ...recoveryDefaults, graceMs: 0 },
  noRestart: null,
  ended: () => ended.splice(0),
  requests: () => [],
  carryOut: async (intent, health) => {
    const name = intent.kind === 'notify' ? intent.change.kind : intent.kind;
    story.push(`act ${name} while ${health.status}`);
    if (intent.kind === 'recover') ended.push({ id: intent.attempt.id, error: null });
  },
  record: async (done) => {
    story.push('record');
    records.push(done);
  },
  onProbeError: (error) => story.push(String(error)),
  ...more,
});
/** Turns once with a value and takes what happened. */
const turnWith = async (
  state: LoopState,
  value: number | null,
  more?: Partial<LoopPorts>,
): Promise<LoopState> => {
  degrees = value;
  story = [];
  return turn(state, ports(more));
};

beforeEach(() => {
  clock = new FakeClock({ wallMs: 1_000_000 });
  records = [];
  ended = [];
});

test('each step follows the one before: observe, judge, act, record', async () => {
  const state = await turnWith(firstState, 60);
  expect(story).toEqual(['observe', 'act started while degraded', 'act recover while degraded', 'record']);
  expect(state.health).toMatchObject({ status: 'degraded', since: 1_000_000 });
  expect(state.recoveries.pending).toMatchObject([{ action: 'cool', startedMs: 0, endedMs: null }]);
});

test('a quiet turn acts on nothing, and is recorded as well', async () => {
  await turnWith(firstState, 20);
  expect(story).toEqual(['observe', 'record']);
  expect(records).toMatchObject([
    { at: 1_000_000, intents: [], verdicts: [], health: { status: 'healthy' } },
  ]);
});

test('an incident, from its start to the recovery that worked', async () => {
  let state = await turnWith(firstState, 60);
  await clock.advance(1_000);
  state = await turnWith(state, 60);
  expect(story).toEqual(['observe', 'record']);
  expect(state.health?.since).toBe(1_000_000);
  expect(state.recoveries.pending).toMatchObject([{ action: 'cool', endedMs: 1_000 }]);
  await clock.advance(500);
  state = await turnWith(state, 10);
  expect(story).toEqual(['observe', 'act ended while healthy', 'record']);
  expect(records[2]).toMatchObject({
    at: 1_001_500,
    samples: [{ signal: 'degrees', value: 10 }],
    intents: [{ kind: 'notify', change: { kind: 'ended', durationMs: 1_500 } }],
    verdicts: [{ outcome: 'worked', recovery: { action: 'cool' } }],
    health: { status: 'healthy', since: 1_001_500 },
  });
  expect(state.recoveries.pending).toEqual([]);
});

test('what a recovery achieved is known before it is decided what comes next', async () => {
  let state = await turnWith(firstState, 60);
  state = await turnWith(state, 60);
  await clock.advance(5 * 60_000);
  await turnWith(state, 60);
  expect(records[2]?.verdicts).toMatchObject([{ outcome: 'did-not-work' }]);
  // There is no other action, so a person is needed, in the same turn.
  expect(story).toEqual(['observe', 'act escalate while degraded', 'record']);

  state = await turnWith(firstState, 60);
  state = await turnWith(state, 60);
  await turnWith(state, 90);
  expect(records.at(-1)?.verdicts).toMatchObject([{ outcome: 'made-it-worse' }]);
  expect(story).toEqual(['observe', 'act changed while critical', 'act wait while critical', 'record']);
});

test('a probe that throws is reported and measures nothing; the others do', async () => {
  const broken = (): never => {
    throw new Error('no probe');
  };
  const rest = ports().probes;
  const state = await turnWith(firstState, 60, { probes: [broken, ...rest] });
  expect(story[0]).toBe('Error: no probe');
  expect(state.health?.status).toBe('degraded');
  expect(records[0]?.samples).toEqual([{ signal: 'degrees', value: 60 }]);
  const blind = await turnWith(firstState, 60, { probes: [broken] });
  expect(blind.health).toMatchObject({ status: 'unknown', unknown: ['degrees'] });
});

test.each([
  ['nothing', undefined],
  ['text', 'degrees'],
])('a probe that gives %s instead of samples is reported', async (_what, given) => {
  const plain = vi.fn().mockReturnValue(given);
  const state = await turnWith(firstState, 60, { probes: [plain, ...ports().probes] });
  expect(story[0]).toContain(`a probe gave ${typeof given}`);
  expect(state.health?.status).toBe('degraded');
});

test('what is no sample is left out of those that are', async () => {
  const probe = vi.fn().mockReturnValue([null, { value: 3 }, { signal: 'degrees', value: 60 }]);
  await turnWith(firstState, 60, { probes: [probe] });
  expect(story[0]).toContain('without a signal');
  expect(records[0]?.samples).toEqual([{ signal: 'degrees', value: 60 }]);
});

test('samples of all probes come together, in their order', async () => {
  const probe = (signal: string) => () => [
    { signal, value: 1 },
    { signal: `${signal}2`, value: null },
  ];
  await turnWith(firstState, 0, { probes: [probe('a'), probe('b')] });
  expect(records[0]?.samples.map(({ signal }) => signal)).toEqual(['a', 'a2', 'b', 'b2']);
});

test('intents are carried out one after the other', async () => {
  let running = 0;
  const carryOut: LoopPorts['carryOut'] = async () => {
    running += 1;
    expect(running).toBe(1);
    await clock.sleep(100);
    running -= 1;
  };
  const done = turnWith(firstState, 60, { carryOut });
  await clock.advance(200);
  await done;
  expect(records[0]?.intents).toHaveLength(2);
});

test('a turn changes nothing in the state that it was given', async () => {
  const state = await turnWith(firstState, 60);
  const before = structuredClone(state);
  await clock.advance(10_000);
  await turnWith(state, 10);
  expect(state).toEqual(before);
  expect(firstState.judgement.rules).toEqual([]);
});
