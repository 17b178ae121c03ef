import type { ResourceReport, ResourceValue, SignalList } from '../../../src/contract/index.ts';

/** A value to show, and what it is a part of: another value by name, a figure, or the whole of a share. */
interface Shape {
  readonly name: string;
  readonly label: string;
  readonly of?: string | ((limits: ResourceReport['limits']) => number | null);
  /** What there is, in the unit of the value; shares are of one. */
  readonly whole?: true;
}

/** A value as a person wants it. */
export interface Gauge {
  readonly name: string;
  readonly label: string;
  readonly unit: string | null;
  readonly meaning: string;
  readonly value: number | null;
  readonly reason: string | null;
  /** What there is of it; null when there is no limit or it is not known. */
  readonly limit: number | null;
  /** How much of that is used, 0..1; null without a limit or a value. */
  readonly share: number | null;
}

const GROUPS: readonly (readonly [title: string, shapes: readonly Shape[]])[] = [
  [
    'CPU',
    [
      { name: 'process_cpu_used', label: 'This process', whole: true },
      { name: 'host_cpu', label: 'The machine', whole: true },
      { name: 'host_load_1m', label: 'Load, 1 minute', of: 'cpu_limit' },
    ],
  ],
  [
    'Memory',
    [
      { name: 'process_rss_bytes', label: 'This process', of: (limits) => limits.memory.bytes },
      { name: 'heap_used_bytes', label: 'Heap', of: 'heap_limit_bytes' },
      { name: 'heap_live_bytes', label: 'Heap after collection', of: 'heap_limit_bytes' },
      { name: 'host_memory_used_bytes', label: 'The machine', of: 'host_memory_limit_bytes' },
    ],
  ],
  [
    'Event loop',
    [
      { name: 'event_loop_delay_p99_s', label: 'Delay, p99' },
      { name: 'event_loop_delay_max_s', label: 'Delay, worst' },
      { name: 'event_loop_utilization', label: 'Busy', whole: true },
      { name: 'gc_time', label: 'Garbage collection', whole: true },
      { name: 'gc_pause_max_s', label: 'Longest pause' },
    ],
  ],
  [
    'Disk and network',
    [
      { name: 'disk_used', label: 'Disk', whole: true },
      { name: 'disk_busy', label: 'Disk busy', whole: true },
      { name: 'disk_write_bytes_per_s', label: 'Written' },
      { name: 'network_receive_bytes_per_s', label: 'Received' },
      { name: 'network_transmit_bytes_per_s', label: 'Sent' },
      { name: 'process_open_fds', label: 'Open files', of: 'process_max_fds' },
    ],
  ],
];

/** What a report says, in groups; what it does not name is left out. Pure. */
export function gauges(report: ResourceReport): readonly (readonly [string, readonly Gauge[]])[] {
  const values = new Map(report.values.map((value) => [value.name, value]));
  return GROUPS.map(([title, shapes]) => {
    const known = shapes.flatMap((shape) => {
      const value = values.get(shape.name);
      return value === undefined ? [] : [gauge(shape, value, limitOf(shape, report, values))];
    });
    return [title, known] as const;
  }).filter(([, known]) => known.length > 0);
}

function gauge({ label }: Shape, value: ResourceValue, limit: number | null): Gauge {
  const { name, unit, meaning, reason } = value;
  const share = value.value === null || limit === null || limit <= 0 ? null : value.value / limit;
  return { name, label, unit, meaning, reason, value: value.value, limit, share };
}

function limitOf(
  { of, whole }: Shape,
  { limits }: ResourceReport,
  values: ReadonlyMap<string, ResourceValue>,
): number | null {
  if (whole) return 1;
  if (of === undefined) return null;
  return typeof of === 'string' ? (values.get(of)?.value ?? null) : of(limits);
}

/** What a value that was measured longer ago says nothing of. */
const RECENT_MS = 60_000;

const OF_SOURCE: readonly (readonly [name: string, label: string])[] = [
  ['quota_used', 'Requests a minute'],
  ['api_p95_s', 'Answers, p95'],
  ['error_rate', 'Failed calls'],
  ['backlog', 'Backlog'],
];

/** How near the work is to what its source allows; none while the signals are not known. Pure. */
export function sourceGauges(
  signals: SignalList | undefined,
  quotaLimit: number | null,
): readonly (readonly [string, readonly Gauge[]])[] {
  const known = OF_SOURCE.flatMap(([name, label]): Gauge[] => {
    const signal = signals?.items.find((each) => each.name === name);
    if (!signals || !signal) return [];
    const { meaning, last } = signal;
    // Its label says what is counted.
    const unit = name === 'quota_used' ? 'count' : signal.unit;
    const value = last !== null && signals.at - last.at <= RECENT_MS ? last.value : null;
    const limit = name === 'quota_used' ? quotaLimit : name === 'error_rate' ? 1 : null;
    const share = value === null || limit === null || limit <= 0 ? null : value / limit;
    const reason = value === null ? 'not measured in the last minute' : null;
    return [{ name, label, unit, meaning: meaning ?? label, value, reason, limit, share }];
  });
  return known.length === 0 ? [] : [['Source of the data', known]];
}

/** When something runs out, by the name of its signal. */
export const RUNS_OUT: readonly (readonly [name: string, label: string])[] = [
  ['disk_full_in_s', 'Disk'],
  ['memory_full_in_s', 'Memory'],
  ['quota_full_in_s', 'Quota of the source'],
  ['backlog_full_in_s', 'Backlog'],
];
