import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { jobDetail, problem } from '../contract/index.ts';
import { startHarness, type Harness } from './testing/harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.server.close());
beforeEach(() => {
  harness.view.jobs.asked.length = 0;
});

const post = (path: string, body?: unknown, token?: string) =>
  harness.request(path, { method: 'POST', body, token });

test('who asks is the name of the credential, and why goes along', async () => {
  const { operate } = harness.secrets;
  const why = 'maintenance of the source';
  await post('/api/jobs/hot/park', { why: `  ${why} ` }, operate);
  await post('/api/jobs/hot/unpark', { why });
  await post('/api/jobs/hot/restart', { why, emergency: true }, operate);
  await post('/api/scheduler/restart', { why, group: 'cold' }, operate);
  expect(harness.view.jobs.asked).toEqual([
    ['park', 'hot', { who: 'operate', why }],
    ['unpark', 'hot', { who: 'local', why }],
    ['restart', 'hot', { who: 'operate', why, emergency: true }],
    ['restartAll', { who: 'operate', why, emergency: false, group: 'cold' }],
  ]);
});

test.each([[undefined], [{}], [{ why: '' }], [{ why: '  ' }]])(
  'a run may be asked for without saying why: %j',
  async (body) => {
    expect((await post('/api/jobs/hot/run', body)).status).toBe(200);
    expect(harness.view.jobs.asked).toEqual([['run', 'hot', { who: 'local', why: null }]]);
  },
);

test('a run may say why', async () => {
  await post('/api/jobs/hot/run', { why: 'the source is back' });
  expect(harness.view.jobs.asked).toEqual([['run', 'hot', { who: 'local', why: 'the source is back' }]]);
});

test.each(['hot/park', 'hot/unpark', 'hot/restart', '../scheduler/restart'])(
  'everything else must say why: %s',
  async (path) => {
    for (const body of [undefined, {}, { why: 'x' }, { why: '   ' }, { why: 'a\u0007bc' }, { why: 7 }]) {
      const reply = await post(new URL(path, 'http://x/api/jobs/').pathname, body);
      expect(problem.parse(reply.json)).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
    }
    expect(harness.view.jobs.asked).toEqual([]);
  },
);

test('a restart that is not done yet answers 202', async () => {
  harness.view.jobs.restartsAtOnce = false;
  expect((await post('/api/jobs/hot/restart', { why: 'it hangs' })).status).toBe(202);
  expect((await post('/api/scheduler/restart', { why: 'it hangs' })).status).toBe(202);
  harness.view.jobs.restartsAtOnce = true;
});

test('a job that is not there is 404, and so many runs are not shown', async () => {
  const missing = await harness.request('/api/jobs/nope');
  expect(problem.parse(missing.json)).toMatchObject({ status: 404, code: 'JOB_UNKNOWN' });
  expect((await post('/api/jobs/nope/run')).status).toBe(404);
  expect((await harness.request('/api/jobs/hot?limit=501')).status).toBe(400);
  const shown = await harness.request('/api/jobs/hot?limit=1');
  expect(jobDetail.parse(shown.json)).toMatchObject({ name: 'hot', runs: [{ itemsDone: 42 }] });
});

test('a page of another site cannot steer', async () => {
  const reply = await harness.request('/api/jobs/hot/run', {
    method: 'POST',
    headers: { origin: 'https://evil.example' },
  });
  expect(reply.status).toBe(403);
  expect(harness.view.jobs.asked).toEqual([]);
});
