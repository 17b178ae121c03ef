import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JournalDraft } from '../../src/contract/index.ts';
import { systemClock } from '../../src/kernel/index.ts';
import { attributes, launch, visit, withoutBrowser, type Visit } from './browser.ts';
import { FakeService } from './fake-service.ts';

// What runs in the page, whose globals are not ours.
declare const document: {
  querySelectorAll(selector: string): Iterable<{ readonly textContent: string }>;
};

const started = (reason: string): JournalDraft => ({
  type: 'condition.started',
  at: systemClock.now(),
  subject: 'backlog',
  reason,
  data: { level: 'warning', value: 112, limit: 100, unit: 'tokens' },
});

describe('live', { skip: withoutBrowser() }, () => {
  let browser: Browser;
  let visitor: Visit;
  let service: FakeService;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    service = new FakeService();
    await service.start();
    visitor = await visit(
      browser,
      service.url,
      {},
      /Failed to load resource|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE/,
    );
    await visitor.page.goto(service.url);
    await visitor.page.getByTestId('token-rows').waitFor();
    await expect.poll(() => service.streams.count).toBe(1);
  });
  afterEach(async () => {
    expect(visitor.faults).toEqual([]);
    await visitor.context.close();
    await service.stop();
  });

  /** Milliseconds from `change` until `text` stands in `selector`, measured in the page by the change itself. */
  const untilShown = async (
    page: Page,
    selector: string,
    text: string,
    change: () => void,
  ): Promise<number> => {
    const seen = page.waitForFunction(
      ([where, what]) =>
        [...document.querySelectorAll(where)].some((each) => each.textContent.includes(what)),
      [selector, text] as const,
      { polling: 'raf' },
    );
    const from = systemClock.monotonic();
    change();
    await seen;
    return systemClock.monotonic() - from;
  };

  it('a changed value is on the page within a second, and marked', async () => {
    const { page } = visitor;
    const mint = service.world.tokenPage({ sort: '-score', limit: 1 }).items[0]?.mint ?? '';
    const row = `tr[data-mint="${mint}"]`;
    const took = await untilShown(page, row, '9.123', () => service.change(mint, { smoothedScore: 9.1234 }));
    expect(took).toBeLessThan(1_000);
    expect(await page.locator(row).getByText('9.123').getAttribute('class')).toMatch(/changed/);
  });

  it('the sentence changes within a second, in a polite live region', async () => {
    const { page } = visitor;
    const took = await untilShown(page, '[data-testid=sentence]', 'Degraded since', () =>
      service.turnInto('degraded'),
    );
    expect(took).toBeLessThan(1_000);
    expect(await page.getByTestId('sentence').getAttribute('aria-live')).toBe('polite');
    await expect.poll(() => page.title()).toBe('Degraded · Moonwarden');
  });

  it('a journal entry is on the page within a second', async () => {
    const took = await untilShown(visitor.page, 'li[data-seq]', 'Just now.', () =>
      service.record(started('Just now.')),
    );
    expect(took).toBeLessThan(1_000);
  });

  it('a token that comes in is on the page within a second, and on a page of its own', async () => {
    const { page } = visitor;
    const mint = '7GCihgDB8fe6KNjn2MYtkzZcRjQy3t9GHdC8uHYmW2hr';
    const took = await untilShown(page, 'tr[data-mint]', '7GCi', () => {
      service.world.import([mint]);
      service.change(mint, { smoothedScore: 99, score: 99 });
    });
    expect(took).toBeLessThan(1_000);
    await page.locator(`tr[data-mint="${mint}"] a`).click();
    const shown = await untilShown(page, 'h1', 'NEWCOMER', () =>
      service.change(mint, { symbol: 'NEWCOMER' }),
    );
    expect(shown).toBeLessThan(1_000);
  });

  it('rows stay where they are while the pointer is over the table, and move when it leaves', async () => {
    const { page } = visitor;
    const order = () => attributes(page.locator('tr[data-mint]'), 'data-mint');
    const before = await order();
    const last = before.at(-1) ?? '';
    await page.locator(`tr[data-mint="${before[2]}"]`).hover();
    await untilShown(page, `tr[data-mint="${last}"]`, '8.765', () =>
      service.change(last, { smoothedScore: 8.765 }),
    );
    expect(await order()).toEqual(before);
    await page.mouse.move(5, 5);
    await expect.poll(async () => (await order())[0]).toBe(last);
  });

  it('a lost connection is said, and what happened meanwhile is there when it comes back', async () => {
    const { page } = visitor;
    service.record(started('Before the loss.'));
    await page.getByText('Before the loss.').waitFor();
    await service.stop();
    const bar = page.getByTestId('stale-bar');
    await bar.waitFor();
    expect(await bar.textContent()).toMatch(/Connection lost at \d\d:\d\d:\d\d/);
    expect(await page.getByRole('region', { name: 'State' }).getAttribute('data-state')).toBe('unknown');
    const grey = await page.evaluate(
      'getComputedStyle(document.querySelector("[data-figure]")).color !== getComputedStyle(document.body).color',
    );
    expect(grey).toBe(true);

    service.world.record(started('While nobody listened, one.'));
    service.world.record(started('While nobody listened, two.'));
    await service.start();
    await bar.waitFor({ state: 'detached', timeout: 20_000 });
    service.record(started('After the loss.'));
    for (const reason of ['Before the loss.', 'listened, one.', 'listened, two.', 'After the loss.']) {
      await page.locator('li[data-seq]', { hasText: reason }).waitFor();
      expect(await page.locator('li[data-seq]', { hasText: reason }).count()).toBe(1);
    }
    expect(await page.getByRole('region', { name: 'State' }).getAttribute('data-state')).toBe('healthy');
  });

  it('a reader can ask for the next try at once', async () => {
    const { page } = visitor;
    await service.stop();
    await page.getByTestId('stale-bar').waitFor();
    await service.start();
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByTestId('stale-bar').waitFor({ state: 'detached', timeout: 5_000 });
  });
});
