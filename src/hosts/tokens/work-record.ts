import type { StageFigures, TokenStatus, WorkReport, WorkStage } from '../../contract/index.ts';
import { ValueWindow } from '../../warden/metrics/index.ts';
import { READ_GROUPS, type ByGroup, type ReadGroup } from './read-groups.ts';
import type { Token } from './token.ts';

const WINDOW_MS = 5 * 60_000;
const MINUTE_MS = 60_000;
/** Waits from a millisecond to three hours are told apart. */
const waits = (): ValueWindow => new ValueWindow({ windowMs: WINDOW_MS, lowest: 1, highest: 1e7 });
const counts = (): ValueWindow => new ValueWindow({ windowMs: WINDOW_MS, lowest: 1, highest: 1e6 });

const STATUSES: readonly TokenStatus[] = ['active', 'monitoring', 'archived'];
const BANDS = ['very hot', 'hot', 'below', 'unscored'] as const;
type Band = (typeof BANDS)[number];
/** From so many times the score at which a token is hot. */
const VERY_HOT = 3;

/** What a read of some tokens took. Times are monotonic milliseconds. */
export interface ReadTimesTaken {
  readonly group: ReadGroup;
  readonly tokens: readonly { readonly token: Token; readonly dueMs: number }[];
  readonly startedMs: number;
  readonly answeredMs: number;
  readonly judgedMs: number;
  readonly storedMs: number;
}

/** The part of a score against the one at which a token is hot. Pure. */
export function bandOf({ smoothedScore: score }: Pick<Token, 'smoothedScore'>, minScore: number): Band {
  if (score === null) return 'unscored';
  if (score < minScore) return 'below';
  return score < VERY_HOT * minScore ? 'hot' : 'very hot';
}

/** Remembers for five minutes how long tokens were where on their way, in memory that does not grow. */
export class WorkRecord {
  readonly #minScore: () => number;
  readonly #stages = new Map<string, ValueWindow>();
  readonly #due = new Map<ReadGroup, ValueWindow>();
  readonly #lags = new Map<string, ValueWindow>();
  #startedMs: number | null = null;

  /** @param minScore from which on a token is hot. */
  constructor(minScore: () => number) {
    this.#minScore = minScore;
  }

  /** So many tokens of each group are due and not being read: once in each turn. */
  waiting(due: ByGroup<number>, nowMs: number): void {
    this.#startedMs ??= nowMs;
    for (const group of READ_GROUPS) windowOf(this.#due, group, counts).record(nowMs, due[group]);
  }

  /** Tokens were read and stored. */
  read({ group, tokens, startedMs, answeredMs, judgedMs, storedMs }: ReadTimesTaken): void {
    const minScore = this.#minScore();
    const stage = (name: WorkStage): ValueWindow => windowOf(this.#stages, `${group} ${name}`, waits);
    const [fetched, judged, stored, queued] = [
      stage('fetched'),
      stage('judged'),
      stage('stored'),
      stage('queued'),
    ];
    for (const { token, dueMs } of tokens) {
      const lagMs = Math.max(0, startedMs - dueMs);
      queued.record(storedMs, lagMs);
      fetched.record(storedMs, Math.max(0, answeredMs - startedMs));
      judged.record(storedMs, Math.max(0, judgedMs - answeredMs));
      stored.record(storedMs, Math.max(0, storedMs - judgedMs));
      windowOf(this.#lags, `${token.status} ${bandOf(token, minScore)}`, waits).record(storedMs, lagMs);
    }
  }

  /** How tokens pass the stages. */
  stages(nowMs: number): readonly StageFigures[] {
    const minutes = this.#minutes(nowMs);
    return READ_GROUPS.flatMap((group) =>
      (['queued', 'fetched', 'judged', 'stored'] as const).flatMap((stage): StageFigures[] => {
        const taken = this.#stages.get(`${group} ${stage}`)?.figures(nowMs);
        const count = taken?.count ?? 0;
        const perMinute = count / minutes;
        const passed = (taken?.sum ?? 0) / (minutes * MINUTE_MS);
        // Those that are never read leave no time behind, but they stand in the queue; those that are read in the turn in
        // which they come are never seen in it.
        const waiting =
          stage === 'queued' ? Math.max(passed, meanOf(this.#due.get(group)?.figures(nowMs))) : passed;
        if (count === 0 && waiting === 0) return [];
        const dwellMs = perMinute === 0 ? null : (waiting / perMinute) * MINUTE_MS;
        return [{ group, stage, waiting, perMinute, dwellMs, p95Ms: taken?.p95 ?? null }];
      }),
    );
  }

  /** How late reads began, by status and score band; of those that there were. */
  lags(nowMs: number): WorkReport['lag'] {
    const minutes = this.#minutes(nowMs);
    return STATUSES.flatMap((status) =>
      BANDS.flatMap((band) => {
        const lag = this.#lags.get(`${status} ${band}`)?.figures(nowMs);
        if (lag === undefined || lag.count === 0) return [];
        return [
          {
            status,
            band,
            perMinute: lag.count / minutes,
            averageMs: lag.sum / lag.count,
            p95Ms: lag.p95 ?? 0,
          },
        ];
      }),
    );
  }

  /** Less than the window while it is young. */
  #minutes(nowMs: number): number {
    const ageMs = this.#startedMs === null ? 0 : nowMs - this.#startedMs;
    return Math.min(WINDOW_MS, Math.max(1_000, ageMs)) / MINUTE_MS;
  }
}

function windowOf<Key>(map: Map<Key, ValueWindow>, key: Key, make: () => ValueWindow): ValueWindow {
  let window = map.get(key);
  if (!window) map.set(key, (window = make()));
  return window;
}

const meanOf = (figures: ReturnType<ValueWindow['figures']> | undefined): number =>
  figures === undefined || figures.count === 0 ? 0 : figures.sum / figures.count;
