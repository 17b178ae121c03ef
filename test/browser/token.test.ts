import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JournalDraft } from '../../src/contract/index.ts';
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
    visitor = await visit(browser, service.url, {}, /404|400|503/);
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
    expect(await check.textContent()).toMatch(/so since .*\(.*\)/);
    expect(await page.getByRole('region', { name: 'Pools' }).textContent()).toContain(
      'A bonding curve never counts as an external pool.',
    );
  });

  it('tells why it is not active, what happened, and what the other endpoint says', async () => {
    const page = await open(waiting?.mint ?? '');
    const why = page.getByRole('region', { name: 'Why not yet' });
    await why.getByText('Not eligible').waitFor();
    expect(await why.textContent()).toContain('External pools 0, limit 1');
    await why.getByText('Twelve hours without that archive it.').waitFor();
    const other = page.getByRole('region', { name: 'The other endpoint' });
    expect(await other.getByRole('row').allTextContents()).toContainEqual(
      expect.stringMatching(/listedmissing$/),
    );
    const happened = page.getByRole('region', { name: 'What happened' });
    expect(await happened.getByRole('listitem').count()).toBe(1);
    const entry = (at: number): JournalDraft => ({
      type: 'token.discovered',
      at,
      subject: waiting?.mint ?? '',
      reason: `It was seen again, ${at}.`,
      data: { feed: 'import' },
    });
    await expect.poll(() => service.streams.count).toBe(1);
    for (let at = 1; at <= 8; at += 1) service.record(entry(at));
    await happened.getByText('It was seen again, 8.').waitFor();
    await happened.getByRole('button', { name: 'Show 3 events between' }).click();
    expect(await happened.getByRole('listitem').last().textContent()).toContain('It was seen again, 8.');
    expect(await happened.getByRole('listitem').count()).toBe(9);
  });

  it('says that data is not believed, that the score is kept, and that a move is held', async () => {
    const mint = active?.mint ?? '';
    const at = service.world.now();
    service.world.said.set(mint, {
      quality: { level: 'critical', reasons: ['Liquidity jumped more than 3x.'], at },
      scoredAt: at - 40.5 * 60_000,
      held: { to: 'monitoring', since: at - 270_000, reason: '31 % of the tokens would change at once.' },
    });
    const page = await open(mint);
    const doubts = page.getByRole('list', { name: 'Doubts' });
    await doubts.getByText('31 % of the tokens would change at once.').waitFor();
    expect(await doubts.textContent()).toMatch(/The move to monitoring is held since .*\(4 min\)/);
    expect(await doubts.textContent()).toMatch(/Data not believed.*Liquidity jumped more than 3x\./);
    await doubts.getByRole('img', { name: 'Critical' }).waitFor();
    const score = page.getByRole('region', { name: 'Score', exact: true });
    expect(await score.textContent()).toMatch(/Kept from .*\(40 min\), data not believed/);
    expect(await page.getByRole('region', { name: 'What would change' }).count()).toBe(1);
    // A newer row comes as an event before the score's own time does.
    service.world.said.set(mint, { scoredAt: at - 40.5 * 60_000 });
    await page.reload();
    await page.getByText('Good', { exact: true }).waitFor();
    expect(await doubts.count()).toBe(0);
    expect(await score.textContent()).not.toContain('Kept from');
  });

  it('has the token read at once, and says what that brought', async () => {
    const page = await open(active?.mint ?? '');
    await page.getByRole('button', { name: 'Read it now' }).click();
    await page.getByRole('alert').getByText('Nothing newer can be had: the network is gone.').waitFor();
    service.broken.add(`/api/tokens/${active?.mint ?? ''}/refresh`);
    await page.getByRole('button', { name: 'Read it now' }).click();
    await page.getByRole('alert').getByText('Nothing newer').waitFor({ state: 'hidden' });
    expect(await page.getByRole('alert').textContent()).not.toBe('');
    service.broken.clear();
  });

  it('a story that does not come leaves the rest of the page, and can be asked for again', async () => {
    const path = `/api/tokens/${active?.mint ?? ''}/explain`;
    service.broken.add(path);
    const page = await open(active?.mint ?? '');
    await page.getByText('Could not load the story of this token').waitFor();
    await page.getByRole('region', { name: 'Activation check' }).waitFor();
    service.broken.delete(path);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('region', { name: 'What happened' }).waitFor();
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
