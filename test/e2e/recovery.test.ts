import { expect, test } from 'vitest';
import { journalPage, paths, readiness, recoverAnswer, recoveryReport } from '../../src/contract/index.ts';
import { ERROR_CODES } from '../../src/kernel/index.ts';
import { cli, errorIn, startService, until } from './service.ts';

const SUPERVISED = { MOONWARDEN_RECOVERY_SUPERVISED: 'true', MOONWARDEN_RECOVERY_GRACE: '0s' };

test('by hand: what there is, what is refused, and a restart that the supervisor and the next process know of', async () => {
  const service = await startService({ env: SUPERVISED });
  const on = (...args: string[]) => cli([...args, '--url', service.url]);

  const shown = await on('recover');
  expect(shown).toMatchObject({ code: 0, stderr: '' });
  expect(shown.stdout).toMatch(/^In this hour 0 of 5 tries were made, 0 of 3 restarts among them\.\n/);
  expect(shown.stdout).toMatch(/^reconnect +soft +source\.unreachable +0 +0 *$/m);

  const unknown = await on('recover', 'nonsense', '--json');
  expect(unknown.code).toBe(ERROR_CODES.RECOVERY_REFUSED.exitCode);
  expect(errorIn(unknown)).toMatchObject({
    code: 'RECOVERY_REFUSED',
    message: 'There is no action named nonsense.',
  });

  const begun = await on('recover', 'reconnect', '--json');
  const { id } = recoverAnswer.parse(JSON.parse(begun.stdout));
  await until('the reconnect to be verified', async () => {
    const { items } = await service.get(`${paths.journal}?type=action.verified`, journalPage);
    return items.some((entry) => entry.type === 'action.verified' && entry.data.id === id);
  });
  expect(
    service.lines().some((line) => line['recovery'] === id && line.msg === 'Recovery begins: reconnect.'),
  ).toBe(true);

  expect((await on('recover', 'restart-service')).stdout).toMatch(/^restart-service has begun\. /);
  const { code } = await service.ended;
  expect(code).toBe(75);

  const next = await startService({ env: SUPERVISED, folder: service.folder });
  const report = await next.get(paths.recovery, recoveryReport);
  expect(report.budget).toMatchObject({ used: 2, hardUsed: 1 });
  expect(await next.get(paths.ready, readiness)).toEqual({ status: 'ready' });
  const { items } = await next.get(`${paths.journal}?type=action.taken`, journalPage);
  expect(
    items.map((entry) => (entry.type === 'action.taken' ? [entry.data.action, entry.data.by] : [])),
  ).toEqual([
    ['restart-service', 'local'],
    ['reconnect', 'local'],
  ]);
  await next.stop();
});

test('without a supervisor the process stays up and says why', async () => {
  const service = await startService();
  const refused = await cli(['recover', 'restart-service', '--url', service.url, '--json']);
  expect(refused.code).toBe(ERROR_CODES.RECOVERY_REFUSED.exitCode);
  expect(errorIn(refused)).toMatchObject({
    message:
      'A restart of the process could help, and nothing would start it again (`recovery.supervised` is off), so it stays up.',
  });
  expect(await service.get(paths.ready, readiness)).toEqual({ status: 'ready' });
  await service.stop();
});
