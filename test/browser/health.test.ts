import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { attributes, withoutBrowser } from './browser.ts';
import { FakeService } from './fake-service.ts';
import { pageScene } from './page.ts';

describe('the health', { skip: withoutBrowser() }, () => {
  const scene = pageScene('/stability');
  const { open } = scene;
  const component = (page: Page, name: string): Locator => page.locator(`[data-component="${name}"]`);
  const incident = (page: Page, id: string): Locator => page.locator(`[data-incident="${id}"]`);
  const action = (page: Page, name: string): Locator => page.locator(`[data-name="${name}"]`);

  it('is a line each component while all is well; one opens its parts', async () => {
    const page = await open();
    await page.getByText('10 parts, all well').waitFor();
    expect(await page.title()).toBe('Health · Moonwarden');
    expect(await page.getByTestId('healing-sentence').textContent()).toBe('Nothing has to be healed.');
    const jobs = component(page, 'jobs').locator('summary');
    expect(await jobs.textContent()).toBe('JobsAll 2 parts are well.');
    expect((await jobs.boundingBox())?.height).toBeLessThanOrEqual(40);
    expect(await component(page, 'jobs/hot').isVisible()).toBe(false);
    await jobs.focus();
    await page.keyboard.press('Enter');
    await component(page, 'jobs/hot').getByText('None of its 3 rules').waitFor();
    await component(page, 'dependencies').locator('summary').first().click();
    await component(page, 'feeds').getByText('not essential').waitFor();
    await page.getByText('No rule finds anything wrong.').waitFor();
  });

  it('unfolds what is wrong, as shape and words, with the reason where it is', async () => {
    const page = await open({ scenario: 'critical' });
    const data = component(page, 'data');
    await data.getByRole('img', { name: 'Critical' }).waitFor();
    expect(await data.textContent()).toMatch(
      /^Freshness of the dataHot tokens are shown.*limit is 30 s\.for 1\d min$/,
    );
    expect(await component(page, 'pipeline').locator('summary').first().textContent()).toContain(
      'Because of Freshness of the data; 2 conditions in all.',
    );
    await component(page, 'source').getByRole('img', { name: 'Degraded' }).waitFor();
    expect(await component(page, 'jobs/hot').isVisible()).toBe(false);
    await page.getByText('10 parts, 2 not well').waitFor();
    // What heals is followed without a reload.
    await expect.poll(() => scene.service.streams.count).toBe(1);
    scene.service.turnInto('healthy');
    await component(page, 'data').waitFor({ state: 'hidden' });
    await page.getByText('10 parts, all well').waitFor();
  });

  it('says what needs a person and what to do, what waits and why, and what the hour still allows', async () => {
    const page = await open({ scenario: 'critical' });
    const healing = page.getByRole('region', { name: 'Healing now' });
    const conditions = healing.getByRole('list', { name: 'Conditions' }).locator('[data-condition]');
    await conditions.first().waitFor();
    const [person = '', none = '', waits = ''] = await conditions.allTextContents();
    expect(person).toMatch(
      /^Needs a personfor 1\d min.*Every action that is left was tried.*What to do.*systemctl/,
    );
    expect(none).toMatch(/^No action for itfor \d min.*Meanwhile: it asks for half as many/);
    expect(none).not.toContain('What to do');
    expect(waits).toMatch(/^Waitsfor \d min.*It is explained by freshness_hot/);
    const all = (await healing.textContent()) ?? '';
    for (const words of ['Tries within the hour4 of 5', 'Restarts of the process0 of 3', 'so it stays up'])
      expect(all).toContain(words);
    expect(all).not.toContain('only observes');
  });

  it('counts down to when a recovery is judged, and says that it only observes', async () => {
    const service = new FakeService({ scenario: 'unreachable' });
    service.health.said = { mode: 'observe' };
    await service.start();
    const { page } = await scene.visit(service);
    await page.clock.install();
    await page.goto(`${service.url}/stability`);
    const running = page.locator('[data-action="reconnect"]');
    await running.getByText('No answer from').waitFor();
    expect(await running.textContent()).toMatch(
      /^Reconnectsoftjudged in 2[23] sNo answer from .*Begun by the service \d+ s ago for source_reachable$/,
    );
    await page.getByText('It only observes.').waitFor();
    // From now on the answer stays as it was: what counts is the clock of the page.
    const { pending } = service.health.recovery();
    service.health.said = { mode: 'observe', pending };
    await page.clock.runFor(12_000);
    await running.getByText(/^judged in (9|1\d) s$/).waitFor();
    await page.clock.runFor(20_000);
    await running.getByText('being judged').waitFor();
  });

  it('begins a recovery by hand once it is sure, and says why it was not begun', async () => {
    const page = await open();
    await action(page, 'reconnect').getByRole('button').click();
    const form = page.getByRole('form', { name: 'Run reconnect now' });
    await form.getByText('It should end source_reachable.').waitFor();
    await form.getByText('5 of 5 tries are left').waitFor();
    await page.keyboard.press('Escape');
    await form.waitFor({ state: 'detached' });
    scene.service.health.refuses = 'The budget of the hour is spent: 5 of 5 tries.';
    await action(page, 'restart-service').getByRole('button').click();
    const hard = page.getByRole('form', { name: 'Run restart service now' });
    await hard.getByText('for some seconds nothing answers').waitFor();
    // The report is read anew meanwhile, and the question stays.
    const again = page.waitForResponse('**/health/recovery');
    await again;
    await page.keyboard.press('Enter');
    await hard.getByRole('alert').getByText('The budget of the hour is spent').waitFor();
    scene.service.health.refuses = undefined;
    await hard.getByRole('button', { name: 'Run restart service now' }).click();
    await page.getByRole('status').getByText('Restart service has begun (mw2-2).').waitFor();
    await page.locator('[data-action="restart-service"]').getByText('Asked for by laptop').waitFor();
    expect(scene.service.health.asked).toEqual(['restart-service', 'restart-service']);
  });

  it('lists what actions came to, in all and for each condition', async () => {
    const page = await open();
    const cells = (name: string): Promise<string[]> => action(page, name).locator('th, td').allTextContents();
    await action(page, 'reconnect').waitFor();
    // A word is not broken to make room for the conditions.
    const step = `document.querySelector('[data-name="restart-jobs-hot"] td')`;
    expect(await page.evaluate(`getComputedStyle(${step}).whiteSpace`)).toBe('nowrap');
    expect(await cells('reconnect')).toEqual([
      'Reconnect',
      'soft',
      'source_reachable',
      '30 s',
      '3',
      '1',
      '0',
      'Run',
    ]);
    expect((await cells('restart-jobs-hot')).slice(2)).toEqual([
      'freshness_hot, jobs.hot.not_runfreshness_hot: helped 0, no effect 2, worse 1jobs.hot.not_run: helped 1, no effect 0, worse 0',
      '1 min',
      '1',
      '2',
      '1',
      'Run',
    ]);
  });

  it('who may only read begins nothing', async () => {
    const page = await open({ scope: 'read' });
    await action(page, 'reconnect').waitFor();
    expect(await page.getByRole('button', { name: /^Run/ }).count()).toBe(0);
  });

  it('tells each incident from its root to its end; the address names it', async () => {
    const page = await open({ scenario: 'critical' });
    const line = incident(page, 'i412').locator('summary');
    await line.waitFor();
    expect(await line.textContent()).toMatch(
      /up to 31 s old.*OpenFreshness of the datacritical\d\d:\d\d1\d minA person was called\.$/,
    );
    expect(await incident(page, 'i207').locator('summary').textContent()).toMatch(
      /ClosedDexScreenerwarning.*4 minIt ended after the recovery reconnect, after 4 min\.$/,
    );
    await line.click();
    const of = (name: string): Locator => incident(page, 'i412').getByRole('region', { name });
    await of('What began it').getByText('freshness_hot').waitFor();
    await of('What followed from it').getByText('backlog').waitFor();
    await of('What else there was').getByText('source_latency').waitFor();
    const happened = of('Timeline').getByRole('listitem');
    expect(await happened.count()).toBe(4);
    expect(await happened.nth(2).textContent()).toMatch(
      /^\d\d:\d\d:\d\drestart-jobs-hot did not help.*Verified$/,
    );
    expect(new URL(page.url()).searchParams.get('incident')).toBe('i412');
    await page.reload();
    await of('Timeline').waitFor();
    // One that is further down than those shown at first is found by its address.
    expect(await incident(page, 'i92').count()).toBe(0);
    await page.goto(`${scene.service.url}/stability?incident=i92`);
    await incident(page, 'i92').getByText('3 entries in the middle are left out').waitFor();
    await page.goto(`${scene.service.url}/stability?incident=i1`);
    await page.getByText('There is no incident i1 of the last seven days.').waitFor();
    await page.getByRole('button', { name: 'Show all 13' }).click();
    await incident(page, 'i92').waitFor();
  });

  it('gives the post-mortem to copy and as a file', async () => {
    const page = await open({ scenario: 'critical' }, { path: '/stability?incident=i412' });
    const text = scene.service.health.incident('i412')?.postMortem ?? '';
    await page.getByRole('button', { name: 'Copy post-mortem' }).click();
    await page.getByText('Copied.').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(text);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download it' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('incident-i412.md');
    expect(readFileSync(await file.path(), 'utf8')).toBe(text);
  });

  it('shows the rules that are not well, or all, each with its levels', async () => {
    const page = await open({ scenario: 'critical' });
    const rules = page.getByRole('region', { name: 'Rules' }).locator('[data-rule]');
    await rules.first().waitFor();
    await page.getByText('3 of 8 rules are not well; 1 has nothing to judge yet.').waitFor();
    expect(await attributes(page, '[data-rule]', 'data-rule')).toEqual([
      'freshness_hot',
      'source_latency',
      'backlog',
    ]);
    expect(await rules.first().locator('summary').textContent()).toMatch(
      /^freshness_hotCriticalHot tokens.*warning 30 s, critical 2 min$/,
    );
    await page.getByText('All', { exact: true }).click();
    expect(await rules.count()).toBe(8);
    const feeds = page.locator('[data-rule="feed.silent"]');
    await feeds.locator('summary').click();
    await feeds.getByText('Warning at 15 min at once; ends at 10 min after 10 s.').waitFor();
    await feeds.getByText('feed profiles:').waitFor();
    await page.locator('[data-rule="backlog"] summary').click();
    await page.getByText('A rule of the service, changed, of the kind threshold').waitFor();
  });

  it('has its states: loading, failed part by part, none, and old', async () => {
    const parts = ['/health/detailed', '/health/recovery', '/api/incidents', '/api/rules'];
    const what = ['the components', 'the recovery', 'the incidents', 'the actions', 'the rules'];
    const page = await open({}, { prepare: () => parts.forEach((part) => scene.service.hanging.add(part)) });
    for (const each of what) await page.getByTestId(`loading ${each}`).waitFor();
    scene.service.hanging.clear();
    parts.forEach((part) => scene.service.broken.add(part));
    await page.reload();
    for (const each of what) await page.getByText(`Could not load ${each}`).waitFor();
    scene.service.broken.clear();
    scene.service.turnInto('empty');
    for (const each of what) {
      const failed = page.getByRole('alert').filter({ hasText: each });
      // Some are asked for twice, and the first answer ends both.
      if (await failed.isVisible()) await failed.getByRole('button', { name: 'Try again' }).click();
      await failed.waitFor({ state: 'detached' });
    }
    await page.getByText('No incidents in the last seven days').waitFor();
    await page.getByText('10 parts, 10 not known yet').waitFor();
    await scene.service.stop();
    await page
      .locator('[data-stale="true"] [data-component="store"]')
      .getByRole('img', { name: 'Unknown' })
      .waitFor();
  });

  it('keeps what it could not read anew, and says so', async () => {
    const service = new FakeService({ scenario: 'critical' });
    await service.start();
    const { page } = await scene.visit(service, /Failed to load resource|ERR_/);
    await page.clock.install();
    await page.goto(`${service.url}/stability`);
    await component(page, 'data').waitFor();
    service.broken.add('/health/detailed');
    await page.clock.fastForward(10_000);
    const old = page.getByRole('status').filter({ hasText: 'Could not load the components anew' });
    await old.waitFor();
    await page.locator('[data-stale="true"] [data-component="data"]').waitFor();
    service.broken.clear();
    await old.getByRole('button', { name: 'Try now' }).click();
    await old.waitFor({ state: 'detached' });
  });

  it('is one step from what is wrong on the overview, also on a phone', async () => {
    const page = await open({ scenario: 'critical' }, { look: { width: 390, height: 844 }, path: '/' });
    const wrong = page.getByRole('region', { name: 'What is wrong' });
    await wrong.getByRole('link', { name: 'What is done about it' }).click();
    await page.locator('h1:focus', { hasText: 'Health' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/stability');
    await component(page, 'data').waitFor();
    await page.getByText('What it can do').click();
    await action(page, 'reconnect').getByRole('button').click();
    await page.getByRole('button', { name: 'Run reconnect now' }).click();
    await page.getByRole('status').getByText('Reconnect has begun').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });

  it('what a stranger says in a reason stays text', async () => {
    const nasty = `<img src=x onerror=alert(1)>\u202e${'x'.repeat(900)}`;
    const page = await open(
      { scenario: 'critical' },
      {
        look: { width: 390, height: 844 },
        path: '/stability?incident=i412',
        prepare: () => {
          const told = scene.service.health.incident('i412');
          if (!told) throw new Error('no incident');
          scene.service.health.incidentsSaid = [
            {
              ...told,
              title: nasty,
              outcome: nasty,
              isManual: false,
              component: nasty,
              conditions: told.conditions.map((each) => ({ ...each, id: nasty })),
              timeline: told.timeline.map((each) => ({ ...each, reason: nasty })),
            },
          ];
          scene.service.health.said = {
            noRestart: nasty,
            conditions: [{ condition: nasty, step: 'soft', state: 'waiting', why: nasty, lastAt: null }],
          };
        },
      },
    );
    await page.getByRole('region', { name: 'Timeline' }).getByText('<img src=x').first().waitFor();
    expect((await page.getByRole('main').textContent())?.includes('\u202e')).toBe(false);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });
});
