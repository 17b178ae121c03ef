import { expect, it } from 'vitest';
import type { JournalDraft } from '../contract/index.ts';
import { FakeClock, silentLogger } from '../kernel/index.ts';
import type { BackupFile, Backups } from '../storage/index.ts';
import { judge, noJudgement } from '../warden/detection/index.ts';
import { backupRules, createServiceBackups, nextBackupInMs } from './backups.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SOON_MS = 300_000;

it.each([
  ['none yet', null, SOON_MS],
  ['one of now', 0, DAY_MS],
  ['one of this morning', 6 * HOUR_MS, 18 * HOUR_MS],
  ['one that is almost due', DAY_MS - 1_000, SOON_MS],
  ['one of last week', 7 * DAY_MS, SOON_MS],
  ['one of the future', -HOUR_MS, SOON_MS],
])('the next backup is planned by the newest: %s', (_what, ageMs, inMs) => {
  const now = 1e12;
  expect(nextBackupInMs(ageMs === null ? null : now - ageMs, now, DAY_MS)).toBe(inMs);
});

it.each([
  [0, 0, []],
  [35 * HOUR_MS, 0, []],
  [37 * HOUR_MS, 0, ['backup.old warning']],
  [73 * HOUR_MS, 0, ['backup.old error']],
  [HOUR_MS, 1, ['backup.failed warning']],
  [80 * HOUR_MS, 6, ['backup.failed error', 'backup.old error']],
])('of an age of %s ms and %s failures come these conditions: %j', (ageMs, failures, expected) => {
  const { conditions } = judge(
    noJudgement,
    [
      { signal: 'backup_age_s', value: ageMs / 1_000 },
      { signal: 'backup_failed', value: failures },
    ],
    backupRules(DAY_MS),
    { wallMs: 0, monotonicMs: 0 },
  );
  expect(conditions.map(({ rule, level }) => `${rule} ${level}`).sort()).toEqual(expected);
});

function open(enabled = true) {
  const clock = new FakeClock();
  const files: BackupFile[] = [];
  const entries: JournalDraft[] = [];
  const [start, asked] = [clock.now(), { times: 0, fail: false }];
  const backups: Backups = {
    since: () => start,
    list: () => Promise.resolve([...files]),
    async make() {
      asked.times += 1;
      await clock.sleep(1_000);
      if (asked.fail) throw new Error('no room');
      const at = clock.now();
      const made = { path: `/b/${at}`, name: `${at}`, at, bytes: 5_000_000 };
      files.unshift(made);
      return { ...made, schemaVersion: 1, rows: { token: 1 }, removed: [] };
    },
    stop: () => Promise.resolve(),
  };
  const service = createServiceBackups({
    clock,
    log: silentLogger,
    note: (entry) => void entries.push(entry),
    backups,
    settings: { enabled, intervalMs: DAY_MS, keep: 7, folder: null },
  });
  const samples = (): unknown =>
    Object.fromEntries(service.samples().map(({ signal, value }) => [signal, value]));
  return { clock, asked, entries, service, samples };
}

it('a new database has no backup and no condition; the age counts from its first start until there is one', async () => {
  const { clock, service, samples } = open();
  expect(samples()).toEqual({ backup_age_s: null, backup_failed: 0 });
  expect(await service.open()).toEqual({ everyMs: DAY_MS, firstAfterMs: SOON_MS });
  await clock.advance(60_000);
  expect(samples()).toEqual({ backup_age_s: 60, backup_failed: 0 });
  const made = service.make();
  await clock.advance(1_000);
  expect(await made).toMatchObject({ bytes: 5_000_000, durationMs: 1_000 });
  await clock.advance(9_000);
  expect(samples()).toEqual({ backup_age_s: 9, backup_failed: 0 });
  expect(service.report()).toMatchObject({ count: 1, failure: null, making: false });
});

it('who asks while one is made gets the same; failures are counted, told and forgotten with the next success', async () => {
  const { clock, asked, entries, service, samples } = open();
  await service.open();
  asked.fail = true;
  const both = Promise.allSettled([service.make(), service.make()]);
  expect(service.report()?.making).toBe(true);
  await clock.advance(1_000);
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(asked.times).toBe(1);
  expect(samples()).toMatchObject({ backup_failed: 1 });
  expect(service.report()?.failure?.cause).toBe('no room');
  const again = expect(service.make()).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
  await clock.advance(1_000);
  await again;
  expect(samples()).toMatchObject({ backup_failed: 2 });
  asked.fail = false;
  const made = service.make();
  await clock.advance(1_000);
  await made;
  expect(samples()).toMatchObject({ backup_failed: 0 });
  expect(entries.map(({ type }) => type)).toEqual(['backup.failed', 'backup.failed', 'backup.made']);
});

it('switched off it has no job, and makes one by hand', () => {
  expect(open(false).service.job).toBeNull();
  expect(open().service.job).toMatchObject({ name: 'backup', group: 'backup' });
});
