import type { Clock } from '../kernel/index.ts';
import type { Sample, ThresholdRule } from './detection/index.ts';
import type { Probe } from './observe.ts';

/** A late turn and a jump of the clock are over at once; they are told for so long. */
const TOLD_MS = 60_000;

/** What the monitor measures of itself. */
export interface SelfWatch {
  readonly samples: Probe;
  /** A turn begins. */
  turn(): void;
  /** Something that was handed in failed in this turn, or the turn itself. */
  fault(): void;
}

interface Mark {
  readonly atMs: number;
  readonly value: number;
}

/** The largest value of the last minute. */
class Lately {
  #marks: Mark[] = [];

  add(atMs: number, value: number): void {
    // What is smaller than a newer one can never be the largest again.
    this.#marks = [...this.#marks.filter((mark) => mark.value > value), { atMs, value }];
  }

  largest(nowMs: number): number {
    this.#marks = this.#marks.filter(({ atMs }) => nowMs - atMs < TOLD_MS);
    return this.#marks[0]?.value ?? 0;
  }
}

/**
 * Watches the control loop: turns that come late, parts that fail, and a wall clock that is set. Ask for its samples once
 * in a turn.
 * @param turnMs planned time between turns, in ms.
 */
export function createSelfWatch(clock: Clock, turnMs: number): SelfWatch {
  const late = new Lately();
  const jumps = new Lately();
  let lastMs: number | null = null;
  let offsetMs: number | null = null;
  let faults = 0;
  return {
    turn() {
      const [nowMs, wallMs] = [clock.monotonic(), clock.now()];
      if (lastMs !== null) late.add(nowMs, Math.max(0, nowMs - lastMs - turnMs));
      if (offsetMs !== null) jumps.add(nowMs, Math.abs(wallMs - nowMs - offsetMs));
      lastMs = nowMs;
      offsetMs = wallMs - nowMs;
    },
    fault() {
      faults += 1;
    },
    samples() {
      const nowMs = clock.monotonic();
      const found: Sample[] = [
        { signal: 'monitor_late_s', value: late.largest(nowMs) / 1_000 },
        { signal: 'monitor_faults', value: faults },
        { signal: 'clock_jump_s', value: jumps.largest(nowMs) / 1_000 },
      ];
      faults = 0;
      return found;
    },
  };
}

const common = { kind: 'threshold', forMs: 0, keepForMs: 0, essential: false } as const;
const whole = (value: number): string => `${Math.round(value).toLocaleString('en-US')} s`;

/** The rules about the monitor itself, for the signals that every warden measures. */
export const monitorRules: readonly ThresholdRule[] = [
  {
    ...common,
    name: 'monitor.late',
    signal: 'monitor_late_s',
    unit: 's',
    warning: { enter: 5, leave: 2 },
    critical: { enter: 30, leave: 10 },
    symptomOf: ['loop.blocked'],
    describe: (value) =>
      `A turn of the control loop came ${whole(value)} late within the last minute: nothing was watched in that time.`,
    nextSteps: [
      'If the machine slept or the process was paused, that is all; else something held up the event loop: see the log.',
    ],
  },
  {
    ...common,
    name: 'monitor.failing',
    component: 'monitor',
    signal: 'monitor_faults',
    unit: 'faults',
    warning: { enter: 1, leave: 0.5 },
    forMs: 10_000,
    keepForMs: 10_000,
    describe: (value) =>
      value === 1
        ? 'A part of the monitor fails in each turn: what it measures is not judged.'
        : `${value} parts of the monitor fail in each turn: what they measure is not judged.`,
    nextSteps: ['The log names each of them with its cause.'],
  },
  {
    ...common,
    name: 'monitor.clock_jumped',
    signal: 'clock_jump_s',
    unit: 's',
    warning: { enter: 5, leave: 1 },
    describe: (value) =>
      `The clock of this machine was set by ${whole(value)} within the last minute; times of the journal before and after do not fit.`,
    nextSteps: [
      'Nothing that waits is lost by it. If it comes back, see to the time synchronisation of the machine (`timedatectl`).',
    ],
  },
];
