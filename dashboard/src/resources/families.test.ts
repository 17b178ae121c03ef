import { expect, it } from 'vitest';
import { families, labelText, seriesId, signalWords, type Signal } from './families.ts';

const signal = (name: string, labels: Record<string, string> = {}): Signal => ({
  name,
  labels,
  unit: null,
  meaning: null,
  level: null,
  last: null,
});

it('signals are in groups, each once, and a group without any is left out', () => {
  const names = ['backlog', 'cpu_limit', 'disk_free_bytes', 'gc_time', 'job_lag_s', 'store_failing_s'];
  expect(
    families(names.map((name) => signal(name))).map(([title, of]) => [title, of.map(({ name }) => name)]),
  ).toEqual([
    ['Tokens and their source', ['backlog']],
    ['Process', ['cpu_limit', 'gc_time']],
    ['Machine', ['disk_free_bytes']],
    ['Database', ['store_failing_s']],
    ['Jobs', ['job_lag_s']],
  ]);
  expect(families([])).toEqual([]);
});

it.each([
  ['process_rss_bytes', 'Process RSS'],
  ['event_loop_delay_p99_s', 'Event loop delay p99'],
  ['network_receive_bytes_per_s', 'Network receive'],
  ['backlog', 'Backlog'],
  ['gc_time', 'GC time'],
])('%s reads as %s', (name, text) => {
  expect(signalWords(name)).toBe(text);
});

it('a series is told by name and labels', () => {
  expect(labelText({ group: 'hot', of: 'a' })).toBe('group=hot,of=a');
  expect(seriesId('x', labelText({}))).toBe('x');
  expect(seriesId('x', 'group=hot')).toBe('x{group=hot}');
});
