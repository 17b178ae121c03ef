import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { withoutBrowser } from './browser.ts';
import { pageScene } from './page.ts';

describe('the jobs', { skip: withoutBrowser() }, () => {
  const scene = pageScene('/jobs');
  const { open } = scene;
  const group = (page: Page, name: string): Locator => page.locator(`[data-group="${name}"]`);
  const line = (page: Page, name: string): Locator => group(page, name).locator('summary').first();
  const job = (page: Page, name: string): Locator => page.locator(`[data-job="${name}"]`);

  it('are a line each group while all is well; one opens its job with its last runs', async () => {
    const page = await open();
    await page.getByText('All 8 jobs run as planned.').waitFor();
    expect(await page.title()).toBe('Jobs · Moonwarden');
    expect(await line(page, 'hot').textContent()).toMatch(
      /^HotRuns as planned12 ms0176120 of 120(\d+ s ago|now)$/,
    );
    expect((await line(page, 'hot').boundingBox())?.height).toBeLessThanOrEqual(50);
    expect(await job(page, 'hot').isVisible()).toBe(false);
    await line(page, 'hot').click();
    const rows = job(page, 'hot').getByRole('row');
    await rows.nth(8).waitFor();
    expect(await rows.nth(1).textContent()).toMatch(/^Succeeded(\d+ s ago|now)\d+ s880Plan–$/);
    expect(await rows.nth(3).textContent()).toContain('Asked by laptop: the source is back');
    expect(await rows.nth(6).textContent()).toMatch(/^Stalled, given up.*no progress for 120 s/);
    await job(page, 'hot').getByRole('button', { name: 'Show more' }).click();
    await rows.nth(40).waitFor();
    expect(await job(page, 'hot').textContent()).toMatch(/Under way for \d+ s\d+ of 88/);
  });

  it('that are not well unfold, each with its reason', async () => {
    const page = await open({ scenario: 'critical' });
    await page.getByTestId('jobs-sentence').getByText('Critical: hot is parked').waitFor();
    expect(await line(page, 'hot').textContent()).toMatch(/^HotCritical.*72 of 120/);
    await group(page, 'hot').getByText('the last: no progress for 120 s.').waitFor();
    expect(await job(page, 'hot').getByRole('button').allTextContents()).toEqual([
      'Unpark',
      'Keep parked',
      'Show more',
    ]);
    const discovery = (await group(page, 'discovery').textContent()) ?? '';
    for (const words of [
      'profiles waits after a failure: connect ECONNREFUSED 104.26.0.123:443.',
      '27: connect ECONNREFUSED',
      '4 runs in a row did not succeed',
    ])
      expect(discovery).toContain(words);
    expect(await job(page, 'cold').isVisible()).toBe(false);
  });

  it('are parked with a reason, and unparked again', async () => {
    const page = await open();
    await line(page, 'hot').click();
    const hot = job(page, 'hot');
    await hot.getByRole('button', { name: 'Park' }).click();
    const form = hot.getByRole('form', { name: 'Park hot' });
    await form.getByText('No run starts until it is unparked; what runs goes on').waitFor();
    await form.getByText('Its group counts as degraded meanwhile.').waitFor();
    const sure = form.getByRole('button', { name: 'Park hot' });
    await page.keyboard.type('no');
    expect(await sure.isDisabled()).toBe(true);
    await page.keyboard.type(' quota today');
    await page.keyboard.press('Enter');
    await hot.getByText('hot is parked and starts no run until it is unparked.').waitFor();
    await group(page, 'hot').getByText('hot is parked: laptop: no quota today.').waitFor();
    expect(await hot.getByRole('button').allTextContents()).toEqual(['Unpark', 'Show more']);
    await hot.getByRole('button', { name: 'Unpark' }).click();
    await page.keyboard.type('there is quota');
    await hot.getByRole('button', { name: 'Unpark hot' }).click();
    await line(page, 'hot').getByText('Runs as planned').waitFor();
    await hot.getByText('hot is no longer parked').waitFor();
    expect(scene.service.jobs.asked).toEqual([
      ['park', 'hot', { why: 'no quota today' }],
      ['unpark', 'hot', { why: 'there is quota' }],
    ]);
  });

  it('are run without a reason, and restarted at once or in peace, one, a group or all', async () => {
    const page = await open();
    await line(page, 'discovery').click();
    const profiles = job(page, 'profiles');
    await profiles.getByRole('button', { name: 'Run now' }).click();
    await profiles.getByRole('button', { name: 'Run profiles now' }).click();
    await profiles.getByText('A run of profiles starts now.').waitFor();
    await profiles.getByRole('button', { name: 'Restart' }).click();
    await profiles.getByText('Cut off at once').click();
    await profiles.getByText('What runs is cut off at once and starts anew').waitFor();
    await profiles.getByLabel('Why').fill('it hangs');
    await profiles.getByRole('button', { name: 'Restart profiles' }).click();
    await profiles.getByText('profiles restarted after 3 s').waitFor();
    await group(page, 'discovery').getByRole('button', { name: 'Restart all of discovery' }).click();
    await page.getByLabel('Why').fill('new addresses');
    await page.keyboard.press('Enter');
    await page.getByText('profiles, boosts, import-file restarted').waitFor();
    scene.service.jobs.restartsSlowly = true;
    await page.getByRole('button', { name: 'Restart every job' }).click();
    await page.getByLabel('Why').fill('nothing gets on');
    await page.keyboard.press('Enter');
    await page.getByText('runs under way have not ended yet').waitFor();
    await profiles.getByText('Restarting').waitFor();
    expect(scene.service.jobs.asked).toEqual([
      ['run', 'profiles', {}],
      ['restart', 'profiles', { why: 'it hangs', emergency: true }],
      ['restart', 'discovery', { why: 'new addresses', emergency: false, group: 'discovery' }],
      ['restart', 'all', { why: 'nothing gets on', emergency: false }],
    ]);
  });

  it('what is refused says why, and nothing is asked for that was called off', async () => {
    const page = await open();
    await line(page, 'export').click();
    const exported = job(page, 'export');
    await exported.getByRole('button', { name: 'Park' }).click();
    await exported.getByRole('button', { name: 'Cancel' }).click();
    expect(await exported.getByRole('form').count()).toBe(0);
    await exported.getByRole('button', { name: 'Run now' }).click();
    scene.service.broken.add('/api/jobs/export/run');
    await exported.getByRole('button', { name: 'Run export now' }).click();
    await exported.getByText('The store is busy and did not answer within 2 s.').waitFor();
    expect(scene.service.jobs.asked).toEqual([]);
  });

  it('who may only read sees them and can do nothing', async () => {
    const page = await open({ scope: 'read' });
    await line(page, 'hot').click();
    await job(page, 'hot').getByRole('row').nth(8).waitFor();
    expect(await page.getByRole('main').getByRole('button').allTextContents()).toEqual(['Show more']);
  });

  it('have their states: loading, failed, none, and old', async () => {
    const page = await open({}, { prepare: () => scene.service.hanging.add('/health/scheduler') });
    await page.getByTestId('loading-groups').waitFor();
    scene.service.hanging.clear();
    scene.service.broken.add('/health/scheduler');
    await page.reload();
    await page.getByText('Could not load the jobs').waitFor();
    scene.service.broken.clear();
    await page.getByRole('button', { name: 'Try again' }).click();
    await line(page, 'hot').waitFor();
    await expect.poll(() => scene.service.streams.count).toBe(1);
    scene.service.turnInto('empty');
    await page.getByRole('heading', { name: 'No jobs yet' }).waitFor();
    scene.service.turnInto('healthy');
    await line(page, 'hot').getByText('Runs as planned').waitFor();
    await scene.service.stop();
    await line(page, 'hot').getByText('Unknown').waitFor();
  });

  it('on a phone they are reached and steered within the screen', async () => {
    const page = await open({}, { look: { width: 390, height: 844 } });
    await line(page, 'discovery').click();
    await job(page, 'boosts').getByText('Last runs').click();
    await job(page, 'boosts').getByRole('listitem').nth(3).waitFor();
    await job(page, 'boosts').getByRole('button', { name: 'Park' }).click();
    await page.getByLabel('Why').waitFor();
    expect(
      await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
    ).toBe(0);
    await page.goto(scene.service.url);
    await page.getByRole('link', { name: 'Jobs' }).click();
    await page.locator('h1:focus', { hasText: 'Jobs' }).waitFor();
  });

  it('what a stranger says in a cause stays text', async () => {
    const nasty = `<img src=x onerror=alert(1)>\u202e${'x'.repeat(900)}`;
    const page = await open(
      {},
      { prepare: () => scene.service.jobs.said.set('cold', { state: 'backing_off', reason: nasty }) },
    );
    await group(page, 'cold').getByText('<img src=x').last().waitFor();
    expect(await page.getByRole('main').textContent()).not.toContain('\u202e');
    expect(
      await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
    ).toBe(0);
  });
});
