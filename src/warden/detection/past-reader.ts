import { describeError, type Clock, type Logger } from '../../kernel/index.ts';
import type { Labels, Row } from '../metrics/index.ts';
import type { PastSample } from './inputs.ts';
import type { PastRule, Rule } from './rule.ts';

/** Where rules that compare with the past read it: roll-ups of a signal. `SignalHistory` is one. */
export interface PastPort {
  query(request: {
    readonly name: string;
    readonly labels: Labels;
    readonly from: number;
    readonly to: number;
    readonly stepMs: number;
  }): Promise<
    { readonly series: readonly { readonly labels: Labels; readonly rows: readonly Row[] }[] } | undefined
  >;
}

/** Keeps what signals were at this hour of other days, for the loop, which cannot wait for it. */
export interface PastReader {
  readonly start: () => void;
  readonly current: () => readonly PastSample[];
  /** Never rejects. */
  readonly stop: () => Promise<void>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 7;
/** How often it is looked whether another hour has begun, and a failed reading is tried again. */
const LOOK_MS = 60_000;

/** Reads the past that rules compare with, once an hour. */
export function createPastReader(options: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly history: PastPort;
  /** Those in force now. */
  readonly rules: () => readonly Rule[];
}): PastReader {
  const { clock, log, history } = options;
  const compared = (): readonly PastRule[] =>
    options.rules().filter((rule): rule is PastRule => rule.kind === 'past');
  const nameOf = ({ signal, labels = {} }: PastRule): string => JSON.stringify([signal, labels]);
  const stopping = new AbortController();
  let known: readonly PastSample[] = [];
  let readHour: number | null = null;
  let readFor = '';
  let isFailing = false;
  let running: Promise<void> | undefined;

  const read = async (hour: number, rules: readonly PastRule[]): Promise<void> => {
    const samples: PastSample[] = [];
    for (const { signal, labels = {} } of rules) {
      const range = { from: hour - DAYS * DAY_MS, to: hour, stepMs: HOUR_MS };
      const answer = await history.query({ name: signal, labels, ...range });
      for (const one of answer?.series ?? [])
        samples.push({ signal, labels: one.labels, values: sameHour(one.rows, hour) });
    }
    known = samples;
    readHour = hour;
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const hour = Math.floor(clock.now() / HOUR_MS) * HOUR_MS;
      try {
        // What was usual an hour ago is not what is usual now.
        if (readHour !== hour) known = [];
        const rules = compared();
        const wanted = rules.map(nameOf).join();
        if (readHour !== hour || readFor !== wanted) await read(hour, rules);
        readFor = wanted;
        isFailing = false;
      } catch (error) {
        if (!isFailing)
          log.warning('What signals were on other days could not be read; it is tried again.', {
            cause: describeError(error),
          });
        isFailing = true;
      }
      await clock.sleep(LOOK_MS, stopping.signal).catch(() => undefined);
    }
  };

  return {
    start() {
      running ??= run();
    },
    current: () => known,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** The averages of the rows at the same hour of the day, one a day. */
const sameHour = (rows: readonly Row[], hour: number): readonly number[] =>
  rows.filter(({ at }) => (hour - at) % DAY_MS === 0).map(({ avg }) => avg);
