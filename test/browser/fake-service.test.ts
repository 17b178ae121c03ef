import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  configReport,
  databaseReport,
  detailedHealth,
  failedList,
  flowReport,
  incidentDetail,
  incidentList,
  jobDetail,
  journalEntry,
  journalPage,
  overview,
  performanceReport,
  problem,
  recoveryReport,
  resourceReport,
  ruleList,
  schedulerReport,
  scoreHistory,
  session,
  signalHistory,
  signalList,
  stuckList,
  tokenDetail,
  tokenImportResult,
  tokenPage,
  tokenStory,
  tokenSummary,
} from '../../src/contract/index.ts';
import { FakeService } from './fake-service.ts';
import { situations, type Scenario } from './fake/scenarios.ts';

const get = async (service: FakeService, path: string, schema: z.ZodType): Promise<unknown> => {
  const response = await fetch(service.url + path);
  return schema.parse(await response.json());
};

describe.each(Object.keys(situations) as Scenario[])(
  'the fake service, %s, keeps to the contract:',
  (scenario) => {
    const service = new FakeService({ scenario, hostile: true });
    beforeAll(() => service.start());
    afterAll(() => service.stop());

    it.each([
      ['/api/overview', overview],
      ['/api/session', session],
      ['/api/flow?hours=168', flowReport],
      ['/api/flow/stuck?limit=500', stuckList],
      ['/api/flow/failed', failedList],
      ['/api/journal?limit=500', journalPage],
      ['/api/tokens?limit=500&sort=symbol&status=active,monitoring', tokenPage],
      ['/health/scheduler', schedulerReport],
      ['/health/detailed', detailedHealth],
      ['/health/recovery', recoveryReport],
      ['/admin/config', configReport],
      ['/api/incidents', incidentList],
      ['/api/rules', ruleList],
      ['/health/resources', resourceReport],
      ['/health/performance', performanceReport],
      ['/health/database', databaseReport],
      ['/api/signals', signalList],
      ['/api/signals/job_lag_s?last=90d&step=6h&labels=group=hot', signalHistory],
      ['/api/tokens/nobody', problem],
    ] as const)('%s', async (path, schema) => {
      await expect(get(service, path, schema)).resolves.toBeDefined();
    });

    it('every job has its runs', async () => {
      for (const { name } of service.jobs.report().groups.flatMap(({ jobs }) => jobs))
        await get(service, `/api/jobs/${name}?limit=40`, jobDetail);
    });

    it('every incident has its story', async () => {
      for (const { id } of service.health.incidents().items)
        await get(service, `/api/incidents/${id}`, incidentDetail);
    });

    it('every token has its page and its history', async () => {
      for (const { mint } of service.world.tokens.slice(0, 40)) {
        await get(service, `/api/tokens/${mint}`, tokenDetail);
        await get(service, `/api/tokens/${mint}/explain`, tokenStory);
        await get(service, `/api/tokens/${mint}/history?range=48h`, scoreHistory);
      }
    });
  },
);

describe('what the fake service does', () => {
  const service = new FakeService({ tokens: 130 });
  beforeAll(() => service.start());
  afterAll(() => service.stop());

  it('pages hold each token once', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = tokenPage.parse(
        await get(service, `/api/tokens?limit=50${cursor && `&cursor=${cursor}`}`, tokenPage),
      );
      seen.push(...page.items.map((token) => token.mint));
      cursor = page.nextCursor;
    }
    expect(seen).toHaveLength(130);
    expect(new Set(seen).size).toBe(130);
  });

  it('an import says what became of each mint', async () => {
    const known = service.world.tokens[0]?.mint ?? '';
    const body = JSON.stringify({
      mints: ['nonsense', known, 'DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263'],
    });
    const response = await fetch(`${service.url}/api/tokens`, { method: 'POST', body });
    const result = tokenImportResult.parse(await response.json());
    expect([result.added.length, result.duplicates, result.rejected.length]).toEqual([1, 1, 1]);
  });

  it('events have the shape of the contract', () => {
    for (const entry of service.world.journal) journalEntry.parse(entry);
    expect(service.world.refresh(5).map((token) => tokenSummary.parse(token)).length).toBeGreaterThan(0);
  });
});
