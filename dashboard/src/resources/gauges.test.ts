import { describe, expect, it } from 'vitest';
import type { ResourceReport, ResourceValue } from '../../../src/contract/index.ts';
import { gauges, sourceGauges } from './gauges.ts';

const value = (name: string, over: Partial<ResourceValue> = {}): ResourceValue => ({
  name,
  unit: 'bytes',
  meaning: 'm',
  value: 50,
  reason: null,
  at: 1,
  ...over,
});
const report = (values: readonly ResourceValue[], memory: number | null = 200): ResourceReport => ({
  at: 1,
  limits: {
    memory: { bytes: memory, origin: 'container' },
    cpu: { count: 2, origin: 'machine' },
    heap: { bytes: null },
    fileDescriptors: { count: null },
  },
  values: [...values],
});
const shown = (from: ResourceReport) =>
  gauges(from).map(([title, of]) => [title, of.map(({ name, limit, share }) => [name, limit, share])]);

it('a value is shown with what it is a part of', () => {
  expect(
    shown(
      report([
        value('process_rss_bytes'),
        value('heap_used_bytes'),
        value('heap_limit_bytes', { value: 100 }),
        value('host_cpu', { unit: 'ratio', value: 0.25 }),
        value('event_loop_delay_p99_s', { unit: 's', value: 0.01 }),
      ]),
    ),
  ).toEqual([
    ['CPU', [['host_cpu', 1, 0.25]]],
    [
      'Memory',
      [
        ['process_rss_bytes', 200, 0.25],
        ['heap_used_bytes', 100, 0.5],
      ],
    ],
    ['Event loop', [['event_loop_delay_p99_s', null, null]]],
  ]);
});

it('without a limit or a value there is no share', () => {
  expect(shown(report([value('process_rss_bytes'), value('heap_used_bytes')], null))).toEqual([
    [
      'Memory',
      [
        ['process_rss_bytes', null, null],
        ['heap_used_bytes', null, null],
      ],
    ],
  ]);
  const away = value('process_rss_bytes', { value: null, reason: 'not on this system' });
  expect(gauges(report([away]))[0]?.[1][0]).toMatchObject({ value: null, share: null, reason: away.reason });
  expect(shown(report([value('process_rss_bytes')], 0))).toEqual([
    ['Memory', [['process_rss_bytes', 0, null]]],
  ]);
  expect(gauges(report([]))).toEqual([]);
});

describe('the source', () => {
  const at = 1_000_000;
  const item = (name: string, unit: string, value: number, ageMs = 0) => ({
    name,
    labels: {},
    unit,
    meaning: null,
    level: null,
    last: { at: at - ageMs, value },
  });
  const list = (...items: ReturnType<typeof item>[]) => ({
    at,
    items,
    maxSeries: 1,
    recordEveryMs: 5_000,
    tiers: [],
    bytes: 0,
    dropped: 0,
  });
  const shown = (...parts: Parameters<typeof sourceGauges>) =>
    sourceGauges(...parts).flatMap(([, of]) =>
      of.map(({ name, value, limit, share }) => [name, value, limit, share]),
    );

  it('is held against its quota', () => {
    const signals = list(item('error_rate', 'ratio', 0.1), item('quota_used', 'requests', 75));
    expect(shown(signals, 300)).toEqual([
      ['quota_used', 75, 300, 0.25],
      ['error_rate', 0.1, 1, 0.1],
    ]);
    expect(shown(signals, null)[0]).toEqual(['quota_used', 75, null, null]);
  });

  it('says nothing of values that are old, and is left out while none is known', () => {
    expect(shown(list(item('backlog', 'tokens', 5, 60_000)), 300)).toEqual([['backlog', 5, null, null]]);
    expect(shown(list(item('backlog', 'tokens', 5, 60_001)), 300)).toEqual([['backlog', null, null, null]]);
    expect(sourceGauges(undefined, 300)).toEqual([]);
    expect(sourceGauges(list(), 300)).toEqual([]);
  });
});
