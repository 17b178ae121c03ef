// Over 350 lines because one state machine is one subject.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reduce } from './job-reduce.ts';
import {
  initialState,
  wakeMsOf,
  type JobEvent,
  type JobState,
  type StartRequest,
  type StateSettings,
} from './job-state.ts';
import { jobDefaults } from './job.ts';

const SETTINGS: StateSettings = {
  ...jobDefaults,
  restart: { ...jobDefaults.restart, jitter: 'none' },
  stopMs: 30_000,
};
const ask = (by: StartRequest['by'] = 'plan', plannedMs = 0): StartRequest => ({
  plannedMs,
  by,
  who: null,
  why: null,
});
const due: JobEvent = { kind: 'due', request: ask() };
const tick: JobEvent = { kind: 'tick', chance: 0.5 };
const fails = (serial: number): JobEvent => ({ kind: 'ended', serial, cause: 'broken', chance: 0.5 });
const ends = (serial: number): JobEvent => ({ kind: 'ended', serial, cause: null, chance: 0.5 });
const stop = (anew: boolean, emergency: boolean): JobEvent => ({
  kind: 'stop',
  anew,
  emergency,
  request: ask('restart'),
});
const park: JobEvent = { kind: 'park', why: 'by hand' };
const unpark: JobEvent = { kind: 'unpark', request: ask('hand'), trial: false };
const trial: JobEvent = { ...unpark, trial: true };

/** Plays events at their times; gives what each led to. */
function told(events: readonly (readonly [number, JobEvent])[], settings = SETTINGS): string[] {
  let state: JobState = initialState;
  return events.map(([atMs, event]) => {
    const step = reduce(state, event, atMs, settings);
    state = step.state;
    return [
      state.kind,
      ...step.effects.map((effect) =>
        effect.kind === 'close' ? `${effect.outcome}${effect.abandoned ? '!' : ''}` : effect.kind,
      ),
    ].join(' ');
  });
}

describe('a job', () => {
  test.each<[string, (readonly [number, JobEvent])[], string[]]>([
    [
      'runs and rests',
      [
        [0, due],
        [5, ends(1)],
      ],
      ['running start', 'idle succeeded'],
    ],
    [
      'skips a start while it runs',
      [
        [0, due],
        [1, due],
      ],
      ['running start', 'running skipped'],
    ],
    [
      'stalls, is aborted, and is abandoned after the grace',
      [
        [0, due],
        [119_999, tick],
        [120_000, tick],
        [129_999, tick],
        [130_000, tick],
        [140_000, ends(1)],
      ],
      ['running start', 'running', 'stalled abort', 'stalled', 'idle stalled! request', 'idle late'],
    ],
    [
      'stalls no earlier than after its last progress',
      [
        [0, due],
        [100_000, { kind: 'progress', serial: 1, atMs: 90_000 }],
        [209_999, tick],
        [210_000, tick],
      ],
      ['running start', 'running', 'running', 'stalled abort'],
    ],
    [
      'that ends in its grace runs anew at once',
      [
        [0, due],
        [120_000, tick],
        [121_000, ends(1)],
      ],
      ['running start', 'stalled abort', 'idle stalled request'],
    ],
    [
      'has a deadline however much progress it makes',
      [
        [0, due],
        [899_000, { kind: 'progress', serial: 1, atMs: 899_000 }],
        [900_000, tick],
        [900_100, fails(1)],
      ],
      ['running start', 'running', 'stalled abort', 'backing_off timed_out'],
    ],
    [
      'waits after a failure and is tried again',
      [
        [0, due],
        [0, fails(1)],
        [1_000, due],
        [4_999, tick],
        [5_000, tick],
        [5_000, { kind: 'due', request: ask('retry') }],
        [5_001, ends(2)],
      ],
      [
        'running start',
        'backing_off failed',
        'backing_off skipped',
        'backing_off',
        'idle request',
        'running start',
        'idle succeeded',
      ],
    ],
    [
      'can be started by hand while it waits',
      [
        [0, due],
        [0, fails(1)],
        [1, { kind: 'due', request: ask('hand') }],
      ],
      ['running start', 'backing_off failed', 'backing_off start'],
    ],
    [
      'is parked by hand and does not start',
      [
        [0, park],
        [1, due],
        [2, unpark],
      ],
      ['parked parked', 'parked skipped', 'idle request'],
    ],
    [
      'is parked again when the one run of a trial fails',
      [
        ...[0, 1, 2, 3, 4].flatMap((n): (readonly [number, JobEvent])[] => [
          [n, { kind: 'due', request: ask('hand') }],
          [n, fails(n + 1)],
        ]),
        [5, trial],
        [5, due],
        [6, fails(6)],
        [7, unpark],
        [7, due],
        [8, fails(7)],
      ],
      [
        ...[0, 1, 2, 3].flatMap((n) => [
          n === 0 ? 'running start' : 'backing_off start',
          'backing_off failed',
        ]),
        'backing_off start',
        'parked failed parked',
        'idle request',
        'running start',
        'parked failed parked',
        'idle request',
        'running start',
        'backing_off failed',
      ],
    ],
    [
      'lets what runs end when it is parked',
      [
        [0, due],
        [1, park],
        [2, ends(1)],
      ],
      ['running start', 'parked parked', 'parked succeeded'],
    ],
    [
      'stops at once when it is idle',
      [
        [0, stop(false, false)],
        [1, due],
      ],
      ['stopped stopped', 'stopped skipped'],
    ],
    [
      'stops when its run has ended, and then cuts it off',
      [
        [0, due],
        [1, stop(false, false)],
        [30_000, tick],
        [30_001, tick],
        [30_002, ends(1)],
      ],
      ['running start', 'stopped', 'stopped', 'stopped abort cancelled! stopped', 'stopped late'],
    ],
    [
      'starts anew when its run has ended',
      [
        [0, due],
        [1, stop(true, false)],
        [2, ends(1)],
      ],
      ['running start', 'stopped', 'idle succeeded restarted'],
    ],
    [
      'that an error escaped from is told to end, and has failed however it does',
      [
        [0, due],
        [1, { kind: 'broken', serial: 1, cause: 'it escaped' }],
        [2, { kind: 'broken', serial: 1, cause: 'once more' }],
        [3, ends(1)],
      ],
      ['running start', 'stalled abort', 'stalled', 'backing_off failed'],
    ],
    [
      'that an error escaped from is abandoned after the grace',
      [
        [0, due],
        [1, { kind: 'broken', serial: 1, cause: 'it escaped' }],
        [1, { kind: 'broken', serial: 7, cause: 'of another' }],
        [10_000, tick],
        [10_001, tick],
      ],
      ['running start', 'stalled abort', 'stalled', 'stalled', 'backing_off failed!'],
    ],
    [
      'is not held to its limits for the time in which nothing could run',
      [
        [0, due],
        [150_000, { kind: 'held_up', ms: 60_000 }],
        [179_999, tick],
        [180_000, tick],
        [220_000, { kind: 'held_up', ms: 35_000 }],
        [224_999, tick],
        [225_000, tick],
      ],
      ['running start', 'running', 'running', 'stalled abort', 'stalled', 'stalled', 'idle stalled! request'],
    ],
    [
      'gets no limit beyond now for the time in which nothing could run',
      [
        [0, due],
        [1_000, { kind: 'held_up', ms: 60_000 }],
        [120_999, tick],
        [121_000, tick],
      ],
      ['running start', 'running', 'running', 'stalled abort'],
    ],
    [
      'that is to stop for good is not brought back by a restart',
      [
        [0, due],
        [1, stop(false, false)],
        [2, stop(true, false)],
        [3, ends(1)],
      ],
      ['running start', 'stopped', 'stopped', 'stopped succeeded stopped'],
    ],
    [
      'keeps one start by hand, and one by plan before it, for after a restart',
      [
        [0, due],
        [1, stop(true, false)],
        [2, due],
        [2, { kind: 'due', request: ask('hand') }],
        [2, { kind: 'due', request: ask('hand') }],
        [4, ends(1)],
      ],
      [
        'running start',
        'stopped',
        'stopped',
        'stopped',
        'stopped skipped',
        'idle succeeded request request restarted',
      ],
    ],
    [
      'loses no start that falls due while it restarts',
      [
        [0, due],
        [1, stop(true, false)],
        [2, due],
        [3, due],
        [4, ends(1)],
      ],
      ['running start', 'stopped', 'stopped', 'stopped skipped', 'idle succeeded request restarted'],
    ],
    [
      'starts a cut-off run anew',
      [
        [0, due],
        [1, stop(true, true)],
      ],
      ['running start', 'idle abort cancelled! request restarted'],
    ],
    [
      'stays parked over a restart',
      [
        [0, park],
        [1, stop(true, true)],
      ],
      ['parked parked', 'parked restarted'],
    ],
    [
      'starts anew from its waiting',
      [
        [0, due],
        [0, fails(1)],
        [1, stop(true, false)],
      ],
      ['running start', 'backing_off failed', 'idle request restarted'],
    ],
  ])('%s', (_, events, expected) => {
    expect(told(events)).toEqual(expected);
  });

  test('keeps one start for afterwards with overlap queue', () => {
    const events = [
      [0, due],
      [1, due],
      [2, due],
      [3, ends(1)],
    ] as const;
    expect(told(events, { ...SETTINGS, overlap: 'queue' })).toEqual([
      'running start',
      'running',
      'running skipped',
      'idle succeeded request',
    ]);
  });

  test('is parked after so many failures in a row, stalls among them, and a success forgets them', () => {
    const settings = { ...SETTINGS, parkAfter: 2, restart: { ...SETTINGS.restart, firstMs: 0 } };
    const retry: JobEvent = { kind: 'due', request: ask('retry') };
    const events = [
      [0, due],
      [0, fails(1)],
      [0, tick],
      [0, retry],
      [0, ends(2)],
      [1, due],
      [1, fails(3)],
      [1, tick],
      [1, retry],
      [120_001, tick],
      [130_001, tick],
    ] as const;
    expect(told(events, settings).slice(-5)).toEqual([
      'backing_off failed',
      'idle request',
      'running start',
      'stalled abort',
      'parked stalled! parked',
    ]);
  });
});

const event = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .constantFrom<StartRequest['by']>('plan', 'hand', 'retry', 'recovery')
      .map((by): JobEvent => ({ kind: 'due', request: ask(by) })),
  },
  { weight: 5, arbitrary: fc.nat(6).map((back) => ({ kind: 'end' as const, back })) },
  { weight: 5, arbitrary: fc.nat(6).map((back) => ({ kind: 'fail' as const, back })) },
  { weight: 5, arbitrary: fc.constant(tick) },
  { weight: 1, arbitrary: fc.constantFrom(park, unpark) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.boolean(), fc.boolean()).map(([anew, emergency]) => stop(anew, emergency)),
  },
);

test('each run is closed once, never more at once than allowed, and time always gets it out', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('skip' as const, 'queue' as const, { allow: 3 }),
      fc.array(fc.tuple(fc.nat(60_000), event), { maxLength: 60 }),
      (overlap, steps) => {
        const settings = { ...SETTINGS, overlap };
        const most = typeof overlap === 'object' ? overlap.allow : 1;
        let state: JobState = initialState;
        let nowMs = 0;
        const open = new Set<number>();
        const play = (one: JobEvent): void => {
          const { state: next, effects } = reduce(state, one, nowMs, settings);
          for (const effect of effects) {
            if (effect.kind === 'start') open.add(effect.serial);
            if (effect.kind === 'close') expect(open.delete(effect.serial)).toBe(true);
            if (effect.kind === 'late') expect(open.has(effect.serial)).toBe(false);
          }
          state = next;
          expect(new Set(state.runs.map(({ serial }) => serial))).toEqual(open);
          expect(open.size).toBeLessThanOrEqual(most);
          expect(state.kind === 'idle' ? open.size : 0).toBe(0);
          expect(state.kind === 'running' || state.kind === 'stalled' ? open.size : 1).toBeGreaterThan(0);
        };
        for (const [ms, one] of steps) {
          nowMs += ms;
          if (one.kind === 'end') play(ends(state.serial - one.back));
          else if (one.kind === 'fail') play(fails(state.serial - one.back));
          else play(one);
        }
        // Left alone it comes to rest: each wake-up is later than the one before or changes something.
        for (let wakes = 0; wakeMsOf(state) < Infinity; wakes++) {
          expect(wakes).toBeLessThan(50);
          nowMs = Math.max(nowMs, wakeMsOf(state));
          play(tick);
        }
        expect(open.size).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});

describe('a parked job', () => {
  const once = { ...SETTINGS, parkAfter: 1 };
  const play = (events: readonly (readonly [number, JobEvent])[]): JobState =>
    events.reduce((state, [atMs, event]) => reduce(state, event, atMs, once).state, initialState);
  const failing = (serial: number, atMs: number): (readonly [number, JobEvent])[] => [
    [atMs, due],
    [atMs, fails(serial)],
  ];
  const again = (serial: number, atMs: number): (readonly [number, JobEvent])[] => [
    [atMs, trial],
    ...failing(serial, atMs),
  ];

  test.each<[string, (readonly [number, JobEvent])[], number]>([
    ['30 s after the first time', failing(1, 10), 30_010],
    ['twice as long after the second', [...failing(1, 0), ...again(2, 30_000)], 90_000],
    [
      'never longer than 10 min',
      [...failing(1, 0), ...[2, 3, 4, 5, 6, 7, 8].flatMap((n) => again(n, n))],
      600_008,
    ],
    [
      'as at first once a run has succeeded',
      [...failing(1, 0), ...again(2, 1), [2, trial], [2, due], [2, ends(3)], ...failing(4, 3)],
      30_003,
    ],
    ['never when it was by hand', [[5, park]], Infinity],
  ])('may be tried again %s', (_, events, trialMs) => {
    expect(play(events)).toMatchObject({ kind: 'parked', trialMs });
  });
});
