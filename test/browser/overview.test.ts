import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { attributes, launch, visit, withoutBrowser, type Visit } from './browser.ts';
import { FakeService } from './fake-service.ts';

describe('the overview', { skip: withoutBrowser() }, () => {
  let browser: Browser;
  let visitor: Visit;
  const service = new FakeService();
  beforeAll(async () => {
    await service.start();
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });
  afterEach(async () => {
    expect(visitor.faults).toEqual([]);
    await visitor.context.close();
  });
  const open = async (): Promise<Visit['page']> => {
    visitor = await visit(browser, service.url);
    await visitor.page.goto(service.url);
    await visitor.page.getByTestId('token-rows').waitFor();
    return visitor.page;
  };
  const firstSymbols = (page: Visit['page']): Promise<string[]> =>
    page.locator('tr[data-mint] th bdi:first-child').allTextContents();
  const shownMints = (page: Visit['page']): Promise<string[]> =>
    attributes(page.locator('tr[data-mint]'), 'data-mint');

  it('leads with the sentence, in its styles', async () => {
    const page = await open();
    expect(await page.getByTestId('sentence').textContent()).toBe(service.world.overview().sentence);
    expect(await page.title()).toBe('Healthy · Moonwarden');
    const size = await page.evaluate('getComputedStyle(document.querySelector("h1")).fontSize');
    expect(size).toBe('20px');
    await page.getByRole('img', { name: 'Healthy' }).first().waitFor();
  });

  it('shows the numbers that decide with their limits', async () => {
    const page = await open();
    const figures = page.getByRole('list', { name: 'The numbers that decide' });
    expect(await figures.getByRole('listitem').count()).toBe(4);
    const text = (await figures.textContent()) ?? '';
    for (const part of ['9.4 s', 'limit 30 s', '212', 'of 300 a minute', '0.4 %'])
      expect(text).toContain(part);
  });

  it('sorts by column, and says so to a screen reader', async () => {
    const page = await open();
    const score = page.getByRole('columnheader', { name: 'Score' });
    expect(await score.getAttribute('aria-sort')).toBe('descending');
    await page.getByRole('button', { name: 'Token', exact: true }).click();
    const header = page.getByRole('columnheader', { name: 'Token' });
    await expect.poll(() => header.getAttribute('aria-sort')).toBe('ascending');
    const wanted = service.world.tokenPage({ sort: 'symbol', limit: 50 }).items.map((token) => token.mint);
    await page.mouse.move(0, 0);
    await expect.poll(() => shownMints(page)).toEqual(wanted);
  });

  it('filters by status and searches by symbol, name and mint', async () => {
    const page = await open();
    await page.getByText('Archived', { exact: true }).first().waitFor();
    await page.getByRole('radiogroup', { name: 'Status' }).getByText('Archived').click();
    const archived = service.world.tokenPage({ status: ['archived'], sort: '-score', limit: 50 });
    await page.getByText(`50 of ${archived.total} tokens`).waitFor();
    await page.getByRole('radiogroup', { name: 'Status' }).getByText('All').click();
    await page.getByRole('searchbox').fill('moodeng');
    await expect
      .poll(async () => (await firstSymbols(page)).every((symbol) => symbol.startsWith('MOODENG')))
      .toBe(true);
    const mint = service.world.tokens[5]?.mint ?? '';
    await page.getByRole('searchbox').fill(mint);
    await expect.poll(() => shownMints(page)).toEqual([mint]);
    await page.getByRole('searchbox').fill('no such token');
    await page.getByText('No token matches').waitFor();
    await page.getByRole('button', { name: 'Show all tokens' }).click();
    await page.getByText('50 of 320 tokens').waitFor();
  });

  it('loads page after page, each token once', async () => {
    const page = await open();
    for (let rows = 100; rows <= 320; rows = rows === 300 ? 320 : rows + 50) {
      await page.getByRole('button', { name: 'Load more' }).click();
      await page.getByText(`${rows} of 320 tokens`).waitFor();
      if (rows === 320) break;
    }
    expect(await page.getByRole('button', { name: 'Load more' }).count()).toBe(0);
    const mints = await shownMints(page);
    expect(new Set(mints).size).toBe(320);
  });

  it('copies a mint', async () => {
    const page = await open();
    const [mint] = await shownMints(page);
    await page
      .locator(`tr[data-mint="${mint}"]`)
      .getByRole('button', { name: /Copy mint/ })
      .click();
    await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toBe(mint);
  });

  it('adds tokens and says what became of each', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Add tokens' }).click();
    const form = page.getByRole('form', { name: 'Add tokens' });
    const known = service.world.tokens[0]?.mint ?? '';
    const added = '7GCihgDB8fe6KNjn2MYtkzZcRjQy3t9GHdC8uHYmW2hr';
    await form.getByRole('textbox').fill(`${added}, ${known}\nnot-a-mint`);
    await form.getByRole('button', { name: 'Add 3 tokens' }).click();
    await form.getByText('1 token added.').waitFor();
    const text = await form.textContent();
    expect(text).toContain('1 known already');
    expect(text).toContain('not-a-mint');
    expect(text).toContain('Not a Solana mint');
    await form.getByRole('link', { name: '7GCi' }).click();
    await page.getByRole('heading', { level: 1, name: '7GCi' }).waitFor();
    await page.goBack();
    await page.getByTestId('token-rows').waitFor();
  });

  it('older entries of the journal come on demand', async () => {
    const page = await open();
    await page.getByRole('radiogroup', { name: 'Which changes' }).getByText('Service').click();
    await page.getByText('Hot tokens are fresh again (p95 9 s).').waitFor();
    await page.getByRole('radiogroup', { name: 'Which changes' }).getByText('Tokens').click();
    const lines = page.locator('li[data-seq]');
    await expect.poll(() => lines.count()).toBe(25);
    await page.getByRole('button', { name: 'Show older' }).click();
    await expect.poll(() => lines.count()).toBe(50);
  });

  it('an unknown address is a designed page with a way back', async () => {
    visitor = await visit(browser, service.url);
    const { page } = visitor;
    await page.goto(`${service.url}/nowhere`);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await page.getByRole('link', { name: 'Go to the overview' }).click();
    await page.getByTestId('sentence').waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
  });
});
