import type {
  DatabaseReport,
  PerformanceReport,
  ResourceReport,
  SignalHistoryReport,
  SignalList,
  SignalQuery,
  TimedItem,
} from '../../../src/contract/index.ts';
import type { FakeWorld } from './world.ts';

const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;

const VALUES: readonly (readonly [
  name: string,
  unit: ResourceReport['values'][number]['unit'],
  value: number | null,
  meaning: string,
])[] = [
  ['process_cpu_used', 'ratio', 0.07, 'CPU time of this process, of the CPUs that it may use'],
  ['host_cpu', 'ratio', 0.12, 'share of all CPU time of the machine that was not idle'],
  ['host_load_1m', 'count', 0.84, 'load average of the machine, 1 minute'],
  ['cpu_limit', 'count', 2, 'CPUs that this process may use'],
  ['process_rss_bytes', 'bytes', 158_617_600, 'memory of this process that is in RAM'],
  ['heap_used_bytes', 'bytes', 44_643_568, 'JavaScript heap in use'],
  ['heap_limit_bytes', 'bytes', 4_345_298_944, 'size at which V8 gives up'],
  ['event_loop_delay_p99_s', 's', 0.0179, 'how late timers fired: 99th percentile'],
  ['disk_used', 'ratio', 0.273, 'share of the disk that is in use'],
  ['disk_free_bytes', 'bytes', 79_201_030_144, 'free on it for this user'],
  ['disk_total_bytes', 'bytes', 108_944_293_888, 'size of the file system that holds the data'],
  ['disk_busy', 'ratio', null, 'share of the last interval in which the disk worked'],
];
const SECONDS_TO_FULL = 2 * 86_400;

/** What a service that is asked for its resources says. */
export class FakeResources {
  /** What `GET /api/signals/:name` was asked, newest last. */
  readonly asked: { readonly name: string; readonly query: SignalQuery }[] = [];
  /** Since when anything was measured, as a share of each range; 1 is nothing yet. */
  begins = 0;
  /** A part of each range without values, as shares of it. */
  gap: readonly [from: number, to: number] | undefined;
  readonly #world: FakeWorld;

  constructor(world: FakeWorld) {
    this.#world = world;
  }

  get #isIll(): boolean {
    return this.#world.scenario === 'critical';
  }

  resources(): ResourceReport {
    const at = this.#world.now();
    return {
      at,
      limits: {
        memory: { bytes: 512e6, origin: 'container' },
        cpu: { count: 2, origin: 'machine' },
        heap: { bytes: 4_345_298_944 },
        fileDescriptors: { count: 20_000 },
      },
      values: [
        ...VALUES.map(([name, unit, value, meaning]) => ({
          name,
          unit,
          meaning,
          value,
          reason: value === null ? 'the file system has no device of its own' : null,
          at,
        })),
        {
          name: 'disk_full_in_s',
          unit: 's',
          meaning: 'time until the disk is full',
          value: this.#isIll ? SECONDS_TO_FULL : null,
          reason: this.#isIll ? null : 'it does not grow',
          at,
        },
      ],
    };
  }

  performance(): PerformanceReport {
    const slow = 'DexScreener GET /tokens/v1 takes 2.4 times as long as in the hour before.';
    return {
      at: this.#world.now(),
      findings: this.#isIll ? [slow] : [],
      items: [
        timed('api', 'DexScreener GET /tokens/v1', 1_200, 24, this.#isIll ? 2.4 : null),
        timed('api', 'DexScreener GET /token-pairs/v1', 80, 13, null),
        timed('job', 'hot', 120, 30_400, null),
        timed('database', 'INSERT token_state', 4_100, 0.4, null),
      ],
    };
  }

  database(): DatabaseReport {
    const at = this.#world.now();
    return {
      at,
      findings: this.#isIll ? ['1 statement took over 100 ms in the last 5 minutes.'] : [],
      file: { at, bytes: 3_350_000, walBytes: 86_600, freeBytes: 0, error: null },
      checkpoint: { at: at - 60_000, durationMs: 4, pages: 120, moved: 120, error: null },
      integrity: { at: at - HOUR_MS, durationMs: 310, faults: [], error: null },
      writer: { waiting: 0, busyRetries: 0, waitP95Ms: null, waitLongestMs: null },
      statements: [timed('database', 'INSERT token_state', 4_100, 0.4, null)],
      slow: this.#isIll
        ? [
            {
              at: at - 30_000,
              name: 'SELECT score_point',
              sql: 'SELECT at, score FROM score_point WHERE mint = ? AND at >= ? ORDER BY at',
              durationMs: 240,
              rows: 12_400,
              thread: 'main',
              plan: ['SCAN score_point', 'USE TEMP B-TREE FOR ORDER BY'],
              advice: [
                {
                  kind: 'full-scan',
                  text: 'It reads all of `score_point`; an index on `mint, at` would help.',
                },
              ],
            },
          ]
        : [],
      backup: null,
      slowRecently: this.#isIll ? 1 : 0,
    };
  }

  signals(): SignalList {
    const at = this.#world.now();
    const item = (
      name: string,
      unit: string | null,
      value: number,
      labels = {},
    ): SignalList['items'][number] => ({
      name,
      labels,
      unit,
      meaning: VALUES.find(([known]) => known === name)?.[3] ?? null,
      level: this.#isIll && name === 'event_loop_delay_p99_s' ? 'critical' : null,
      last: { at, value },
    });
    return {
      at,
      items: [
        item('backlog', 'tokens', 120),
        item('event_loop_delay_p99_s', 's', 0.0179),
        item('job_lag_s', 's', 0.05, { group: 'hot' }),
        item('job_lag_s', 's', 0.07, { group: 'cold' }),
        item('process_rss_bytes', 'bytes', 158_617_600),
        item('quota_used', 'requests', 56),
      ],
      maxSeries: 2_000,
      recordEveryMs: 5_000,
      tiers: [{ name: 'raw', stepMs: null, keptMs: HOUR_MS, rows: 1_440, bytes: 2_500_000 }],
      bytes: 2_500_000,
      dropped: 0,
    };
  }

  signal(name: string, query: SignalQuery): SignalHistoryReport | undefined {
    const known = this.signals().items.find((each) => each.name === name);
    if (!known) return undefined;
    this.asked.push({ name, query });
    const to = this.#world.now();
    const lengthMs = query.last ?? HOUR_MS;
    const stepMs = query.step ?? 5_000;
    const from = to - lengthMs;
    const mean = known.last?.value ?? 1;
    const rows: SignalHistoryReport['series'][number]['rows'] = [];
    for (let at = from; at < to; at += stepMs) {
      const share = (at - from) / lengthMs;
      if (share < this.begins || (this.gap && share >= this.gap[0] && share < this.gap[1])) continue;
      const avg = mean * (1 + 0.2 * Math.sin(at / QUARTER_MS));
      rows.push({ at, min: avg * 0.95, max: avg * 1.1, avg, p95: avg, count: 12 });
    }
    return {
      name,
      unit: known.unit,
      meaning: known.meaning,
      limits:
        name === 'backlog'
          ? [
              { rule: 'work.behind', level: 'warning', value: 150, labels: {} },
              { rule: 'work.behind', level: 'critical', value: 5_000, labels: {} },
            ]
          : [],
      from,
      to,
      stepMs: query.step ?? null,
      series: [{ labels: query.labels ?? {}, rows }],
    };
  }
}

function timed(
  kind: TimedItem['kind'],
  name: string,
  count: number,
  p50Ms: number,
  slower: number | null,
): TimedItem {
  const failed = slower === null ? 0 : Math.round(count / 50);
  const figures = {
    count,
    failed,
    successShare: 1 - failed / count,
    averageMs: p50Ms,
    p50Ms,
    p95Ms: p50Ms * 4,
    p99Ms: p50Ms * 8,
    maxMs: p50Ms * 10,
    perMinute: count / 5,
  };
  return {
    kind,
    name,
    recent: figures,
    hour: { ...figures, count: count * 12 },
    slower: slower === null ? null : { ratio: slower, recentMs: p50Ms * slower, usualMs: p50Ms },
  };
}
