import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launch, visit, withoutBrowser, type Visit } from './browser.ts';
import { FakeService } from './fake-service.ts';

describe('the page of a token', { skip: withoutBrowser() }, () => {
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
  const open = async (mint: string): Promise<Visit['page']> => {
    visitor = await visit(browser, service.url, {}, /404|400/);
    await visitor.page.goto(`${service.url}/tokens/${mint}`);
    return visitor.page;
  };
  const waiting = service.world.tokens.find(
    (token) => token.status === 'monitoring' && token.smoothedScore !== null,
  );
  const active = service.world.tokens.find((token) => token.status === 'active');

  it('says where the token stands and which step of the check fails', async () => {
    const page = await open(waiting?.mint ?? '');
    await page.getByText('Waits for an external pool').waitFor();
    const check = page.getByRole('region', { name: 'Activation check' });
    expect(await check.getByRole('listitem').count()).toBe(4);
    expect(await check.getByRole('img', { name: 'Not passed' }).count()).toBe(2);
    expect(await check.textContent()).toContain('limit 200');
    expect(await page.getByRole('region', { name: 'Pools' }).textContent()).toContain(
      'A bonding curve never counts as an external pool.',
    );
  });

  it('shows what each component contributes to the score', async () => {
    const page = await open(active?.mint ?? '');
    const score = page.getByRole('region', { name: 'Score', exact: true });
    await score.getByText('Trade acceleration').waitFor();
    expect(await score.textContent()).toContain('× 0.25');
    const shares = await score.locator('td:last-child').allTextContents();
    const sum = shares.reduce((total, share) => total + Number(share), 0);
    expect(sum).toBeCloseTo(active?.smoothedScore ?? NaN, 1);
  });

  it('draws the history over each range', async () => {
    const page = await open(active?.mint ?? '');
    const chart = page.getByRole('img', { name: /^Smoothed score from/ });
    await chart.locator('canvas').waitFor();
    for (const range of ['48 h', '30 d']) {
      await page.getByRole('radiogroup', { name: 'How far back' }).getByText(range).click();
      await expect.poll(() => chart.locator('canvas').count()).toBe(1);
    }
    await page.getByText('one point each 15 minutes').waitFor();
  });

  it('leads back to the overview by its link and by the browser', async () => {
    const page = await open(active?.mint ?? '');
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByTestId('sentence').waitFor();
    await page.goBack();
    await page.getByRole('region', { name: 'Activation check' }).waitFor();
  });

  it('a mint that nobody knows can be added from its page', async () => {
    const page = await open('DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263');
    await page.getByRole('heading', { name: 'This token is not known here' }).waitFor();
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByRole('heading', { level: 1, name: 'DezX' }).waitFor();
    await page.getByText('Not checked yet').waitFor();
  });
});
