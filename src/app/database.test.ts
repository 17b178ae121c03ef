import { expect, it } from 'vitest';
import type { DatabaseReport } from '../contract/index.ts';
import { FakeClock, silentLogger } from '../kernel/index.ts';
import { createDatabaseView, findingsOf } from './database.ts';
import { createPerformance } from './performance.ts';

type Facts = Omit<DatabaseReport, 'at' | 'findings' | 'statements'>;
const sound: Facts = {
  file: { at: 1, bytes: 300e6, walBytes: 4e6, freeBytes: 0, error: null },
  checkpoint: { at: 1, durationMs: 2, pages: 10, moved: 10, error: null },
  integrity: { at: 1, durationMs: 2, faults: [], error: null },
  writer: { waiting: 0, busyRetries: 0, waitP95Ms: null, waitLongestMs: null },
  slow: [],
  slowRecently: 0,
  backup: null,
};
const unmeasured = { at: 1, bytes: null, walBytes: null, freeBytes: null };
const slow = {
  at: 1,
  name: 'SELECT token',
  sql: 'SELECT',
  durationMs: 140.2,
  rows: 1,
  thread: 'main' as const,
  plan: null,
  advice: [{ kind: 'none' as const, text: 'An index would help.' }],
};
const file = (more: object): Facts['file'] => ({ ...unmeasured, bytes: 300e6, error: null, ...more });

it.each<[string, Partial<Facts>, RegExp | null]>([
  ['nothing', {}, null],
  ['no file', { file: null, checkpoint: null, integrity: null }, null],
  ['damage', { integrity: { at: 1, durationMs: 1, faults: ['a', 'b'], error: null } }, /damaged: a; b\./],
  ['no check', { integrity: { at: 1, durationMs: 1, faults: [], error: 'x' } }, /could not run: x/],
  ['no measure', { file: { ...unmeasured, error: 'gone' } }, /could not be measured: gone/],
  ['a checkpoint', { checkpoint: { at: 1, durationMs: 1, pages: 0, moved: 0, error: 'y' } }, /log grows: y/],
  ['a large log', { file: file({ walBytes: 200e6 }) }, /is 200 MB large/],
  ['a log of usual size', { file: file({ walBytes: 128e6 }) }, null],
  ['a wait', { writer: { ...sound.writer, waiting: 1 } }, /^1 change waits/],
  [
    'slowness',
    { slow: [slow], slowRecently: 2 },
    /^2 statements took .* SELECT token with 140 ms\. An index would help\.$/,
  ],
  ['slowness of long ago', { slow: [slow], slowRecently: 0 }, null],
  ['room', { file: file({ freeBytes: 200e6 }) }, /^200 MB of the 300 MB/],
  ['little room', { file: file({ freeBytes: 140e6 }) }, null],
])('says what is to be seen to: %s', (_what, facts, finding) => {
  const found = findingsOf({ ...sound, ...facts });
  if (finding === null) expect(found).toEqual([]);
  else expect(found).toEqual([expect.stringMatching(finding)]);
});

it('has statements timed by name, and tells the loop of the file, the log and the waits', async () => {
  const clock = new FakeClock();
  let facts: Facts = { ...sound, writer: { ...sound.writer, waiting: 2, waitP95Ms: 250 }, slowRecently: 3 };
  let timing: ((name: string) => (durationMs: number, ok: boolean) => void) | undefined;
  const view = createDatabaseView({
    clock,
    store: {
      facts: () => facts,
      recordStatements: (to) => {
        timing = to;
      },
    },
    timings: createPerformance({ clock, log: silentLogger }),
    backup: () => null,
  });
  const record = timing?.('SELECT token');
  for (let times = 0; times < 4; times++) record?.(20, times > 0);
  expect(view.report()).toMatchObject({
    at: clock.now(),
    slowRecently: 3,
    statements: [{ kind: 'database', name: 'SELECT token', recent: { count: 4, failed: 1, averageMs: 20 } }],
  });
  facts = { ...facts, checkpoint: { at: clock.now(), durationMs: 1, pages: 1, moved: 1, error: null } };
  view.samples();
  await clock.advance(30_000);
  facts = { ...facts, checkpoint: { at: clock.now(), durationMs: 1, pages: 0, moved: 0, error: 'x' } };
  expect(Object.fromEntries(view.samples().map(({ signal, value }) => [signal, value]))).toEqual({
    database_bytes: 300e6,
    database_wal_bytes: 4e6,
    database_free_bytes: 0,
    database_checkpoint_age_s: 30,
    database_write_waiting: 2,
    database_write_wait_s: 0.25,
    database_slow_queries: 3,
  });
  facts = { ...facts, file: null };
  expect(view.samples().map(({ signal }) => signal)).toEqual([
    'database_write_waiting',
    'database_write_wait_s',
    'database_slow_queries',
  ]);
});
