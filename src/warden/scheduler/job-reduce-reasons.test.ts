// Over 350 lines because it is one table: each thing that can happen, and what is said of it.
import { expect, test } from 'vitest';
import { reduce } from './job-reduce.ts';
import {
  initialState,
  type JobEvent,
  type JobState,
  type StartRequest,
  type Transition,
} from './job-state.ts';
import { jobDefaults } from './job.ts';

const SETTINGS = {
  ...jobDefaults,
  restart: { ...jobDefaults.restart, jitter: 'none' as const },
  stopMs: 30_000,
};
const ask = (by: StartRequest['by'], why: string | null = null): StartRequest => ({
  plannedMs: 7,
  by,
  who: 'ann',
  why,
});
const due = (by: StartRequest['by'] = 'plan'): JobEvent => ({ kind: 'due', request: ask(by) });
const tick: JobEvent = { kind: 'tick', chance: 0.5 };
const ended = (serial: number, cause: string | null = null): JobEvent => ({
  kind: 'ended',
  serial,
  cause,
  chance: 0.5,
});
const broken = (serial: number): JobEvent => ({ kind: 'broken', serial, cause: 'it escaped' });
const park: JobEvent = { kind: 'park', why: 'ann: for now' };
const unpark = (why: string | null = 'mended'): JobEvent => ({
  kind: 'unpark',
  request: ask('hand', why),
  trial: false,
});
const stop = (anew: boolean, emergency = false, why: string | null = 'new code'): JobEvent => ({
  kind: 'stop',
  anew,
  emergency,
  request: ask('restart', why),
});

type Played = readonly (readonly [number, JobEvent])[];

/** The last of several steps. */
function last(events: Played, settings: Partial<typeof SETTINGS> = {}): Transition {
  let state: JobState = initialState;
  let step: Transition | undefined;
  for (const [atMs, event] of events) {
    step = reduce(state, event, atMs, { ...SETTINGS, ...settings });
    state = step.state;
  }
  if (step === undefined) throw new Error('there is no step');
  return step;
}

const KEEPS = { overlap: 'queue' } as const;
const TWO = { overlap: { allow: 2 } } as const;
const SOON = { restart: { ...SETTINGS.restart, firstMs: 0 } };

test.each<[string, Played, Partial<typeof SETTINGS>, string]>([
  ['starts', [[0, due('recovery')]], {}, 'started by recovery'],
  [
    'gets on',
    [
      [0, due()],
      [5, { kind: 'progress', serial: 1, atMs: 4 }],
    ],
    {},
    '',
  ],
  [
    'is held up',
    [
      [0, due()],
      [5, { kind: 'held_up', ms: 4 }],
    ],
    {},
    '',
  ],
  [
    'succeeds',
    [
      [0, due()],
      [5, ended(1)],
    ],
    {},
    'succeeded',
  ],
  [
    'fails',
    [
      [0, due()],
      [5, ended(1, 'no disk')],
    ],
    {},
    'no disk',
  ],
  [
    'is skipped while it runs',
    [
      [0, due()],
      [5, due()],
    ],
    {},
    'a run is under way',
  ],
  [
    'is kept while it runs',
    [
      [0, due()],
      [5, due()],
    ],
    KEEPS,
    'the start waits for the run under way',
  ],
  [
    'is skipped while parked',
    [
      [0, park],
      [5, due()],
    ],
    {},
    'it is parked',
  ],
  [
    'is skipped when stopped',
    [
      [0, stop(false)],
      [5, due()],
    ],
    {},
    'it is stopped',
  ],
  [
    'is skipped while it waits',
    [
      [0, due()],
      [1, ended(1, 'no')],
      [2, due()],
    ],
    {},
    'it waits after a failure',
  ],
  [
    'waits for the restart',
    [
      [0, due()],
      [1, stop(true)],
      [2, due()],
    ],
    {},
    'the start waits for the restart',
  ],
  [
    'waits for the restart already',
    [
      [0, due()],
      [1, stop(true)],
      [2, due()],
      [3, due()],
    ],
    {},
    'a start waits already for the restart',
  ],
  [
    'is tried again',
    [
      [0, due()],
      [0, ended(1, 'no')],
      [5_000, tick],
    ],
    {},
    'waited 5000 ms after a failure',
  ],
  [
    'comes late',
    [
      [0, due()],
      [1, ended(9)],
    ],
    {},
    'the run had been abandoned',
  ],
  [
    'stalls',
    [
      [0, due()],
      [120_000, tick],
    ],
    {},
    'no progress for 120 s',
  ],
  [
    'is abandoned',
    [
      [0, due()],
      [120_000, tick],
      [130_000, tick],
    ],
    {},
    'no progress for 120 s; it did not end when it was told to',
  ],
  [
    'takes too long',
    [
      [0, due()],
      [120_000, tick],
    ],
    { deadlineMs: 60_000 },
    'it ran longer than 60 s',
  ],
  [
    'breaks',
    [
      [0, due()],
      [1, broken(1)],
    ],
    {},
    'it escaped',
  ],
  ['is parked', [[0, park]], {}, 'ann: for now'],
  [
    'is unparked',
    [
      [0, park],
      [1, unpark()],
    ],
    {},
    'mended',
  ],
  [
    'is unparked without a word',
    [
      [0, park],
      [1, unpark(null)],
    ],
    {},
    'unparked',
  ],
  ['stops', [[0, stop(false)]], {}, 'new code'],
  ['stops without a word', [[0, stop(false, false, null)]], {}, 'stopped'],
  [
    'does not stop in time',
    [
      [0, due()],
      [1, stop(false)],
      [30_001, tick],
    ],
    {},
    'runs did not end in 30 s',
  ],
  [
    'fails too often',
    [
      [0, due()],
      [1, ended(1, 'no disk')],
    ],
    { parkAfter: 1 },
    '1 runs in a row did not succeed; the last: no disk',
  ],
])('says why when a job %s', (_, events, settings, reason) => {
  expect(last(events, settings).reason).toBe(reason);
});

test.each<[string, Played, Partial<typeof SETTINGS>, readonly object[]]>([
  [
    'asks for the start that was kept, as it was asked for',
    [
      [0, due()],
      [1, due('hand')],
      [2, ended(1)],
    ],
    {},
    [
      { kind: 'close', serial: 1 },
      { kind: 'request', request: ask('hand') },
    ],
  ],
  [
    'keeps no more than one',
    [
      [0, due()],
      [1, due('hand')],
      [2, due('recovery')],
    ],
    {},
    [{ kind: 'skipped', request: ask('recovery') }],
  ],
  [
    'runs as many at once as are allowed',
    [
      [0, due()],
      [1, due()],
    ],
    TWO,
    [{ kind: 'start', serial: 2 }],
  ],
  [
    'and no more',
    [
      [0, due()],
      [1, due()],
      [2, due()],
    ],
    TWO,
    [{ kind: 'skipped', request: ask('plan') }],
  ],
  [
    'knows which of two runs has ended',
    [
      [0, due()],
      [1, due()],
      [2, ended(2)],
    ],
    TWO,
    [{ kind: 'close', serial: 2, outcome: 'succeeded', cause: null, abandoned: false }],
  ],
  [
    'knows which of two is broken',
    [
      [0, due()],
      [1, due()],
      [2, broken(2)],
    ],
    TWO,
    [{ kind: 'abort', serial: 2 }],
  ],
  [
    'does nothing for one that is over',
    [
      [0, due()],
      [1, ended(1)],
      [2, broken(1)],
    ],
    {},
    [],
  ],
  [
    'is tried again by itself',
    [
      [0, due()],
      [0, ended(1, 'no')],
      [5_000, tick],
    ],
    {},
    [{ kind: 'request', request: { plannedMs: 5_000, by: 'retry', who: null, why: null } }],
  ],
  [
    'is tried again with the start that waits',
    [
      [0, due()],
      [1, due('hand')],
      [1, ended(1, 'no')],
      [5_001, tick],
    ],
    {},
    [{ kind: 'request', request: ask('hand') }],
  ],
  [
    'recovers from a stall at once',
    [
      [0, due()],
      [120_000, tick],
      [120_500, ended(1)],
    ],
    {},
    [
      { kind: 'close', outcome: 'stalled', cause: 'no progress for 120 s', abandoned: false },
      { kind: 'request', request: { plannedMs: 120_500, by: 'recovery', why: 'no progress for 120 s' } },
    ],
  ],
  [
    'recovers from a stall with the start that waits',
    [
      [0, due()],
      [1, due()],
      [120_000, tick],
      [120_500, ended(1)],
    ],
    KEEPS,
    [{ kind: 'close' }, { kind: 'request', request: ask('plan') }],
  ],
  [
    'gives up what waits when it is parked',
    [
      [0, due()],
      [1, due()],
      [2, park],
    ],
    KEEPS,
    [
      { kind: 'skipped', request: ask('plan') },
      { kind: 'parked', why: 'ann: for now' },
    ],
  ],
  [
    'is unparked once',
    [
      [0, due()],
      [1, unpark()],
    ],
    {},
    [],
  ],
  [
    'starts by the hand that unparks it',
    [
      [0, park],
      [1, unpark()],
    ],
    {},
    [{ kind: 'request', request: ask('hand', 'mended') }],
  ],
  [
    'is parked while it restarts, and stays so',
    [
      [0, due()],
      [1, stop(true)],
      [2, park],
      [3, ended(1)],
    ],
    {},
    [{ kind: 'close' }, { kind: 'restarted', emergency: false }],
  ],
  [
    'tells of a start that waited for a restart after which it is parked',
    [
      [0, park],
      [1, stop(true)],
      [2, due()],
    ],
    {},
    [{ kind: 'skipped', request: ask('plan') }],
  ],
  [
    'that was unparked while it restarts starts what waits',
    [
      [0, due()],
      [1, park],
      [2, stop(true)],
      [3, unpark()],
      [4, due()],
      [5, ended(1)],
    ],
    {},
    [{ kind: 'close' }, { kind: 'request', request: ask('plan') }, { kind: 'restarted', emergency: false }],
  ],
  [
    'that fails while it restarts runs again',
    [
      [0, due()],
      [1, stop(true)],
      [2, ended(1, 'no')],
    ],
    {},
    [
      { kind: 'close', outcome: 'failed' },
      { kind: 'request', request: { plannedMs: 2, by: 'recovery', why: 'no' } },
      { kind: 'restarted', emergency: false },
    ],
  ],
  [
    'that fails while it restarts runs once, also when a start waits',
    [
      [0, due()],
      [1, stop(true)],
      [2, due()],
      [3, ended(1, 'no')],
    ],
    {},
    [{ kind: 'close' }, { kind: 'request', request: ask('plan') }, { kind: 'restarted' }],
  ],
  [
    'that waits after a failure starts once after a restart',
    [
      [0, due()],
      [1, due('hand')],
      [1, ended(1, 'no')],
      [2, stop(true)],
    ],
    {},
    [
      { kind: 'request', request: ask('hand') },
      { kind: 'restarted', emergency: false },
    ],
  ],
  [
    'is cut off when it did not end in time, and starts anew',
    [
      [0, due()],
      [1, stop(true)],
      [30_001, tick],
    ],
    {},
    [
      { kind: 'abort', serial: 1, why: 'cut off: runs did not end in 30 s' },
      {
        kind: 'close',
        outcome: 'cancelled',
        cause: 'cut off: runs did not end in 30 s',
        abandoned: true,
      },
      { kind: 'request', request: { by: 'restart', why: 'runs did not end in 30 s' } },
      { kind: 'restarted', emergency: true },
    ],
  ],
  [
    'is cut off without a word',
    [
      [0, due()],
      [1, stop(false, true, null)],
    ],
    {},
    [{ kind: 'abort', why: 'cut off: stopped' }, { kind: 'close' }, { kind: 'stopped', emergency: true }],
  ],
  [
    'has its 30 s from the first time that it is told to stop',
    [
      [0, due()],
      [1, stop(true)],
      [20_000, stop(true)],
      [30_001, tick],
    ],
    {},
    [{ kind: 'abort' }, { kind: 'close' }, { kind: 'request' }, { kind: 'restarted', emergency: true }],
  ],
  [
    'that was told in a friendly way in the end ends in a friendly way',
    [
      [0, due()],
      [1, stop(true)],
      [2, stop(true)],
      [3, ended(1)],
    ],
    {},
    [{ kind: 'close' }, { kind: 'restarted', emergency: false }],
  ],
  [
    'that has stopped is cut off no more',
    [
      [0, stop(false)],
      [60_000, tick],
    ],
    {},
    [],
  ],
  [
    'that runs and is told nothing is not cut off',
    [
      [0, due()],
      [60_000, tick],
    ],
    {},
    [],
  ],
  [
    'is parked by its stalls, and asks for nothing then',
    [
      [0, due()],
      [120_000, tick],
      [120_001, ended(1)],
    ],
    { parkAfter: 1 },
    [{ kind: 'close' }, { kind: 'parked', why: expect.stringContaining('no progress') as string }],
  ],
  [
    'that is parked while it runs is not parked twice, and does not wait',
    [
      [0, due()],
      [1, park],
      [2, ended(1, 'no')],
    ],
    { parkAfter: 1 },
    [{ kind: 'close', outcome: 'failed' }],
  ],
])('a job %s', (_, events, settings, effects) => {
  const step = last(events, settings);
  expect(step.effects).toMatchObject(effects);
  expect(step.effects).toHaveLength(effects.length);
});

test('the wait after failures doubles from the first, also over a start by hand', () => {
  const events: [number, JobEvent][] = [
    [0, due()],
    [0, ended(1, 'no')],
    [1, due('hand')],
    [1, ended(2, 'no')],
  ];
  expect(last(events).state).toMatchObject({
    kind: 'backing_off',
    delayMs: 10_000,
    untilMs: 10_001,
    failures: 2,
  });
});

test('progress is that of its own run, and of one that is to end it is none', () => {
  const two: [number, JobEvent][] = [
    [0, due()],
    [1, due()],
  ];
  const progress: JobEvent = { kind: 'progress', serial: 2, atMs: 50_000 };
  expect(last([...two, [50_000, progress]], TWO).state.runs).toMatchObject([
    { progressMs: 0 },
    { progressMs: 50_000 },
  ]);
  const ending = last([
    [0, due()],
    [1, broken(1)],
    [2, { ...progress, serial: 1 }],
  ]).state.runs;
  expect(ending).toEqual([
    { phase: 'ending', serial: 1, startedMs: 0, as: 'failed', cause: 'it escaped', graceEndsMs: 10_001 },
  ]);
});

test('one of two runs that stalls leaves the other alone', () => {
  const { state, effects } = last(
    [
      [0, due()],
      [100_000, due()],
      [120_000, tick],
    ],
    TWO,
  );
  expect(state.runs.map(({ phase }) => phase)).toEqual(['ending', 'running']);
  expect(effects).toMatchObject([{ kind: 'abort', serial: 1 }]);
});

test('the deadline counts from the start of the run', () => {
  const { state } = last(
    [
      [50_000, due()],
      [100_000, tick],
    ],
    { deadlineMs: 60_000 },
  );
  expect(state.kind).toBe('running');
});

test('a start by hand that succeeds ends the wait, and one that stalls goes on with it', () => {
  const waits: [number, JobEvent][] = [
    [0, due()],
    [0, ended(1, 'no')],
    [1, due('hand')],
  ];
  expect(last([...waits, [2, ended(2)]]).state).toMatchObject({ kind: 'idle', failures: 0 });
  const stalls = { ...SOON, restart: { ...SETTINGS.restart, firstMs: 500_000, capMs: 500_000 } };
  const step = last([...waits, [120_001, tick], [120_002, ended(2)]], stalls);
  expect([step.state.kind, step.effects.length]).toEqual(['backing_off', 1]);
});

test('a parked job that is unparked has no failures behind it, also while it restarts', () => {
  const parked: [number, JobEvent][] = [
    [0, due()],
    [0, ended(1, 'no')],
  ];
  expect(last([...parked, [1, unpark()]], { parkAfter: 1 }).state).toMatchObject({
    kind: 'idle',
    failures: 0,
  });
  const restarting: [number, JobEvent][] = [
    [0, due()],
    [0, park],
    [1, stop(true)],
    [2, unpark()],
  ];
  expect(last(restarting).state).toMatchObject({ kind: 'stopped', wasParked: null, failures: 0 });
  expect(last([...restarting, [3, ended(1)]]).state.kind).toBe('idle');
});
