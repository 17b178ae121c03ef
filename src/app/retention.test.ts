import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { FakeClock, silentLogger } from '../kernel/index.ts';
import { storeRetentionDefaults } from '../storage/index.ts';
import { retentionRows, startLogUpkeep } from './retention.ts';
import { loadSettings } from './settings.ts';

const DAY_MS = 86_400_000;

const defaults = loadSettings({ environment: {}, file: null }).settings.retention;

it('everything is kept as long as the specification says, and the store agrees', () => {
  expect(defaults).toEqual({
    ...storeRetentionDefaults,
    runsMs: 30 * DAY_MS,
    signalPointsMs: DAY_MS / 24,
    signalMinutesMs: 2 * DAY_MS,
    signalQuartersMs: 90 * DAY_MS,
    logsMs: 14 * DAY_MS,
    reports: 100,
  });
  expect(retentionRows()).toHaveLength(Object.keys(defaults).length);
  expect(retentionRows()[0]).toMatchObject({ kept: '14d', setting: 'retention.journal' });
});

it.each([
  ['decisions', { journal: '100d' }],
  ['score_minutes', { score_points: '3d' }],
  ['signal_quarters', { signal_quarters: '1d' }],
  ['signal_points', { signal_points: '10m' }],
  ['reports', { reports: 0 }],
])('what cannot be is refused by its path: retention.%s', (key, retention) => {
  const flags = { source: 'test', values: { retention } };
  expect(() => loadSettings({ environment: {}, file: null, flags })).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      faults: [expect.objectContaining({ path: `retention.${key}` })],
    }) as Error,
  );
});

it('rotated logs go when they are past their time; the one that is written to and other files stay', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'moonwarden retention '));
  const clock = new FakeClock();
  const logs = join(dataFolder, 'logs');
  mkdirSync(logs);
  const put = (name: string, ageMs: number): void => {
    writeFileSync(join(logs, name), '');
    const at = new Date(clock.now() - ageMs);
    utimesSync(join(logs, name), at, at);
  };
  put('20260101-0000-01-moonwarden.log.gz', 15 * DAY_MS);
  put('20260102-0000-01-moonwarden.log.gz', 14 * DAY_MS - 1_800_000);
  put('moonwarden.log', 20 * DAY_MS);
  put('mine.gz', 20 * DAY_MS);
  const stop = startLogUpkeep({ clock, log: silentLogger, dataFolder, keptMs: 14 * DAY_MS });
  await vi.waitFor(() => {
    expect(readdirSync(logs)).toEqual(['20260102-0000-01-moonwarden.log.gz', 'mine.gz', 'moonwarden.log']);
  });
  await clock.advance(3_600_000);
  await vi.waitFor(() => {
    expect(readdirSync(logs)).toEqual(['mine.gz', 'moonwarden.log']);
  });
  stop();
  expect(clock.pending).toBe(0);
  rmSync(dataFolder, { recursive: true });
});
