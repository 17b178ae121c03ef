import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { attributes, withoutBrowser } from './browser.ts';
import { FakeService } from './fake-service.ts';
import { pageScene } from './page.ts';

const PROVOKED =
  /A part of the page did not come|Failed to load resource|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE/;

describe('the flow', { skip: withoutBrowser() }, () => {
  const scene = pageScene('/flow', PROVOKED);
  const { open } = scene;
  const section = (page: Page, name: string) => page.getByRole('region', { name });

  it('says what to think of it, where tokens are, and how they move', async () => {
    const page = await open({ scenario: 'degraded' });
    const report = scene.service.world.flow(24);
    await page.getByText(report.recommendation).waitFor();
    await page.getByText(scene.service.world.overview().sentence).waitFor();
    expect(await page.title()).toBe('Flow · Moonwarden');
    const places = section(page, 'Tokens now');
    const [discovered, , monitoring, moves, active] = await places.getByRole('listitem').allTextContents();
    expect(discovered).toContain(`Discovered${report.now.unread}`);
    expect(monitoring).toContain(`Monitoring${report.now.monitoring}median stay 22 minp95 12 h`);
    expect(moves).toMatch(/activated [\d.]+ an hour.*demoted [\d.]+ an hour/);
    expect(active).toContain('median stay 5 h 18 min');
    const figures = page.getByRole('list', { name: 'The numbers of the flow' });
    expect(await figures.textContent()).toMatch(/14 minp95 3 h 12 min, 61 tokens.*98\.2 %/);
    expect(await section(page, 'Failures by step').getByRole('listitem').first().textContent()).toBe(
      'External pools84.5 %1,204 tokens',
    );
    const limits = await section(page, 'With another limit').getByRole('row').allTextContents();
    expect(limits.slice(1, 3)).toEqual(['3004 fewer3 75.0 %', '15012 more9 75.0 %']);
    await page
      .getByRole('img', { name: /^Success rate by hour from/ })
      .locator('canvas')
      .waitFor();
    await page.getByText(/^Up .* points in the later half of this time/).waitFor();
    await page.getByRole('radiogroup', { name: 'How far back' }).getByText('7 d').click();
    await page.getByText('rates over 7 d').waitFor();
  });

  it('lists what is stuck by our fault first, marked by shape and words, and more on demand', async () => {
    const page = await open({ scenario: 'degraded' });
    const stuck = section(page, 'Stuck tokens');
    await stuck.getByText(/^12 by our fault, \d+ not eligible$/).waitFor();
    const kinds = await attributes(page, '#stuck [data-kind]', 'data-kind');
    expect(kinds).toEqual([...Array<string>(12).fill('ours'), ...Array<string>(8).fill('not_eligible')]);
    const rows = stuck.locator('tr[data-mint]');
    expect(await rows.nth(0).textContent()).toMatch(/Our fault, queue.*never checked.*in \d+ s$/);
    expect(await rows.nth(0).locator('svg').count()).toBe(1);
    expect(await rows.nth(12).textContent()).toMatch(
      /Not eligible.*External pools 0, limit 1.*ago.*in \d+ s$/,
    );
    expect(await rows.nth(12).locator('svg').count()).toBe(0);
    await stuck.getByRole('button', { name: 'Show more' }).click();
    await expect.poll(() => rows.count()).toBe(60);
    const failed = section(page, 'Recent failed activations');
    const texts = await failed.locator('tr[data-mint]').allTextContents();
    expect(texts[0]).toContain(scene.service.world.failed(1).items[0]?.verification?.sentence);
    expect(texts[1]).toContain('not asked');
    const mint = scene.service.world.stuck(1).items[0]?.mint ?? '';
    await rows.nth(0).getByRole('link').click();
    await page.waitForURL(`**/tokens/${mint}`);
    await section(page, 'Why not yet').getByText('Our fault').waitFor();
  });

  it('is reached and used by keyboard alone', async () => {
    const page = await open({ scenario: 'degraded' }, { path: '/' });
    const link = page.getByRole('link', { name: 'Flow', exact: true });
    await link.focus();
    await page.keyboard.press('Enter');
    await page.locator('h1:focus', { hasText: 'Flow' }).waitFor();
    expect(await link.getAttribute('aria-current')).toBe('page');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowLeft');
    await page.getByText('rates over 6 h').waitFor();
    await page.locator('#stuck tr[data-mint]').first().waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await section(page, 'Why not yet').waitFor();
  });

  it('each part fails alone and can be asked for again', async () => {
    const page = await open(
      {},
      { prepare: () => scene.service.broken.add('/api/flow').add('/api/flow/failed') },
    );
    await page.getByText('Could not load the flow').waitFor();
    await section(page, 'Recent failed activations').getByText('Could not load').waitFor();
    await section(page, 'Stuck tokens').locator('tr[data-mint]').first().waitFor();
    scene.service.broken.clear();
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await section(page, 'Tokens now').waitFor();
    await section(page, 'Recent failed activations').getByRole('button', { name: 'Try again' }).click();
    await section(page, 'Recent failed activations').locator('tr[data-mint]').first().waitFor();
  });

  it('waits in its shape, and greys what is old', async () => {
    const page = await open({}, { prepare: () => scene.service.hanging.add('/api/flow/stuck') });
    await section(page, 'Tokens now').waitFor();
    expect(await section(page, 'Stuck tokens').locator('.mantine-Skeleton-root').count()).toBeGreaterThan(9);
    await expect.poll(() => scene.service.streams.count).toBe(1);
    await scene.service.stop();
    await page.getByTestId('stale-bar').waitFor();
    await page.locator('[data-stale="true"]').waitFor();
  });

  it('says in words that nothing is there yet', async () => {
    const page = await open({ scenario: 'empty' });
    for (const text of [
      'No token waits for longer than three minutes.',
      'No checks in this time',
      'No step has failed',
      'Nothing to compare yet',
      'No activation has failed',
    ])
      await page.getByRole('heading', { name: text }).waitFor();
  });

  it('on a phone shows cards that fit', async () => {
    const page = await open({ scenario: 'degraded' }, { look: { width: 390, height: 844 } });
    const cards = section(page, 'Stuck tokens').locator('li[data-mint]');
    await cards.first().waitFor();
    expect(await cards.count()).toBe(6);
    expect(await cards.first().textContent()).toContain('Our fault, queue');
    const failed = section(page, 'Recent failed activations');
    expect(await failed.locator('li[data-mint]').first().isVisible()).toBe(false);
    await failed.getByText('Recent failed activations').click();
    await failed.locator('li[data-mint]').first().waitFor();
  });

  it.each([
    ['degraded', '12 tokens stuck by our fault'],
    ['healthy', undefined],
  ] as const)('the overview leads to it when the fault is ours: %s', async (scenario, text) => {
    const page = await open({ scenario }, { path: '/' });
    const asked = page.waitForResponse(/\/api\/flow\?/);
    await page.getByTestId('token-rows').waitFor();
    await asked;
    if (text === undefined) {
      expect(await page.getByText('stuck by our fault').count()).toBe(0);
      return;
    }
    await page.getByRole('link', { name: text }).click();
    await section(page, 'Stuck tokens').waitFor();
  });

  it('a part of the page that does not come is said, and tried again', async () => {
    const service = new FakeService();
    await service.start();
    const { page } = await scene.visit(service, PROVOKED);
    await page.route(/\/assets\/page-/, (route) => route.abort());
    await page.goto(`${service.url}/flow`);
    await page.getByText('Could not load the flow').waitFor();
    await page.unroute(/\/assets\/page-/);
    await page.getByRole('button', { name: 'Try again' }).click();
    await section(page, 'Tokens now').waitFor();
  });
});
