import { expect, test } from 'vitest';
import { jobActionResult, jobDetail, journalPage, paths, schedulerReport } from '../../src/contract/index.ts';
import { ERROR_CODES } from '../../src/kernel/index.ts';
import { errorIn, shareService, until } from './service.ts';

const { service, on, json } = shareService();

test('jobs are listed, shown and steered, and the journal says who did it and why', async () => {
  const listed = await on('jobs');
  expect(listed).toMatchObject({ code: 0, stderr: '' });
  expect(listed.stdout).toMatch(
    /^GROUP +STATUS +LAG +BACKLOG +ITEMS\/MIN +RUNS\/H +PLANNED\/H +LAST RUN *$/m,
  );
  expect(listed.stdout).toMatch(/^hot +hot +running +every 30 s /m);
  expect((await json(schedulerReport, 'jobs', 'list')).groups.map(({ group }) => group)).toContain('hot');

  expect((await on('jobs', 'run', 'profiles', '--why', 'a test')).stdout).toBe(
    'A run of profiles starts now.\n',
  );
  await until('the run', async () => {
    const { runs } = await json(jobDetail, 'jobs', 'show', 'profiles', '--limit', '5');
    return runs.some(({ askedBy, who, why }) => askedBy === 'hand' && who === 'local' && why === 'a test');
  });
  expect((await on('jobs', 'show', 'profiles')).stdout).toMatch(
    /succeeded +\d+ +\d+ +asked by local: a test /,
  );

  expect((await on('jobs', 'park', 'boosts', '--why', 'no quota')).stdout).toMatch(/^boosts is parked /);
  const refused = await on('jobs', 'run', 'boosts', '--json');
  expect(refused.code).toBe(ERROR_CODES.JOB_STATE.exitCode);
  expect(errorIn(refused)).toMatchObject({
    code: 'JOB_STATE',
    message: 'boosts is parked, so it does not run: local: no quota',
  });
  expect((await on('jobs', 'show', 'boosts')).stdout).toMatch(/^boosts: parked \(local: no quota\)\.\n/);
  expect((await on('jobs', 'unpark', 'boosts', '--why', 'quota')).stdout).toMatch(
    /^boosts is no longer parked/,
  );

  for (const scope of [['hot'], ['--group', 'discovery'], ['--all', '--emergency']]) {
    const { done, sentence } = await json(
      jobActionResult,
      'jobs',
      'restart',
      ...scope,
      '--why',
      'it is tried',
    );
    expect(sentence).toMatch(done ? /restarted/ : /have not ended yet/);
  }
  await until('all jobs to go on', async () => {
    const { groups } = await service().get(paths.scheduler, schedulerReport);
    return groups.every(({ jobs }) => jobs.every(({ state }) => state === 'running' || state === 'idle'));
  });
  const { items } = await service().get(`${paths.journal}?limit=500`, journalPage);
  const reasons = items.filter(({ type }) => /^jobs?\./.test(type)).map(({ reason }) => reason);
  for (const told of [
    /^local asked for a run of profiles .*: a test\.$/,
    /boosts .*local: no quota/,
    /local: quota/,
  ])
    expect(reasons).toContainEqual(expect.stringMatching(told));
  expect(reasons.filter((reason) => /local: it is tried/.test(reason))).toHaveLength(3);
});

test('what was typed wrong is one clear line', async () => {
  expect((await on('jobs', 'show', 'nope')).stderr).toMatch(/not known: .* \[JOB_UNKNOWN\]\n$/);
  expect(await on('jobs', 'park', 'hot')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("required option '--why <text>'") as string,
  });
  for (const scope of [[], ['hot', '--all'], ['--group', 'cold', '--all']])
    expect((await on('jobs', 'restart', ...scope, '--why', 'a test')).stderr).toMatch(
      /name one job, .*\[USAGE\]\n$/,
    );
  expect((await on('jobs', 'park', 'hot', '--why', 'x')).stderr).toMatch(/why: must say why, in at least 3/);
  expect((await on('jobs', 'show', 'hot', '--limit', '0')).code).toBe(ERROR_CODES.REQUEST_INVALID.exitCode);
});
