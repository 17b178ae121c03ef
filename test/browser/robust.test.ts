import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, visit, withoutBrowser, type Look } from './browser.ts';
import { FakeService } from './fake-service.ts';

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const looks: readonly (readonly [name: string, look: Look])[] = [
  ['wide and light', { width: 1440, scheme: 'light' }],
  ['wide and dark', { width: 1440, scheme: 'dark' }],
  ['a tablet', { width: 820, scheme: 'light' }],
  ['a phone in light', { width: 390, height: 844, scheme: 'light' }],
  ['a phone in dark', { width: 390, height: 844, scheme: 'dark' }],
];

describe('among names by strangers', { skip: withoutBrowser() }, () => {
  let browser: Browser;
  const service = new FakeService({ hostile: true });
  const troubled = new FakeService({ scenario: 'critical', hostile: true });
  beforeAll(async () => {
    await service.start();
    troubled.config.trouble();
    await troubled.start();
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
    await troubled.stop();
  });
  const strangers = service.world.tokens.slice(0, 11);
  const unfold = (page: Page): Promise<unknown> =>
    page.evaluate('document.querySelectorAll("details").forEach((each) => { each.open = true; })');
  const overflow = (page: Page): Promise<unknown> =>
    page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

  const openFlow = async (page: Page): Promise<void> => {
    await page.locator('#stuck [data-mint]').first().waitFor();
    await page.getByRole('img', { name: /^Success rate by hour from/ }).waitFor();
    await unfold(page);
    await page.getByRole('region', { name: 'Recent failed' }).locator('[data-mint]').first().waitFor();
  };

  /** Everything unfolded, and one thing about to be done. */
  const openJobs = async (page: Page): Promise<void> => {
    await page.locator('[data-group]').first().waitFor();
    await unfold(page);
    await page.locator('[data-job="cold"] [data-outcome]').first().waitFor();
    await page.locator('[data-job="cold"]').getByRole('button', { name: 'Restart' }).click();
    await page.getByLabel('Why').waitFor();
  };

  const openResources = async (page: Page): Promise<void> => {
    await page.getByRole('img', { name: /^Event loop delay p99 from/ }).waitFor();
    await page.locator('[data-timed]').first().waitFor();
    await page.getByText('over 100 ms').first().waitFor({ state: 'attached' });
    await unfold(page);
  };

  /** Everything unfolded, and one thing about to be done. */
  const openHealth = async (page: Page): Promise<void> => {
    await page.locator('[data-component]').first().waitFor();
    await page.locator('[data-name="reconnect"]').waitFor({ state: 'attached' });
    await page.locator('[data-incident] summary').first().click();
    await page.getByRole('region', { name: 'Timeline' }).waitFor();
    await page.getByText('All', { exact: true }).click();
    await unfold(page);
    await page.locator('[data-name="reconnect"]').getByRole('button').click();
    await page.getByRole('form').waitFor();
  };

  const openConfiguration = async (page: Page): Promise<void> => {
    await page.locator('[data-section]').first().waitFor();
    await unfold(page);
    await page.getByRole('button', { name: 'Change rules.custom' }).click();
    await page.getByRole('form').waitFor();
  };

  const serious = async (page: Page): Promise<string[]> => {
    // The policy of the page forbids a script element; the debugger's own evaluation is not bound by it.
    await page.evaluate(axe);
    const { violations } = await page.evaluate<{ violations: Violation[] }>(
      "axe.run({ resultTypes: ['violations'] })",
    );
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary ?? ''}`).join(' | ')}`,
      );
  };

  it.each(looks)('nothing runs, overflows or bars the way on %s', async (_, look) => {
    const { page, context, faults } = await visit(browser, service.url, look);
    await page.goto(service.url);
    await page.getByTestId('sentence').waitFor();
    await unfold(page);
    await page.getByTestId('token-rows').locator('[data-mint]').first().waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await serious(page)).toEqual([]);
    // What runs over does so in the light as in the dark.
    for (const token of look.scheme === 'dark' ? strangers.slice(0, 1) : strangers) {
      await page.goto(`${service.url}/tokens/${token.mint}`);
      await page.getByRole('region', { name: 'Activation check' }).waitFor();
      await page.getByRole('region', { name: 'What happened' }).waitFor();
      await unfold(page);
      expect(await overflow(page), token.symbol ?? 'no symbol').toBe(0);
    }
    expect(await serious(page)).toEqual([]);
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(faults).toEqual([]);
    await context.close();
  });

  it.each(looks)('trouble is as readable as health on %s', async (_, look) => {
    const { page, context, faults } = await visit(browser, troubled.url, look);
    await page.goto(troubled.url);
    await page.getByRole('region', { name: 'What is wrong' }).waitFor();
    await unfold(page);
    expect(await overflow(page)).toBe(0);
    expect(await serious(page)).toEqual([]);
    await page.goto(`${troubled.url}/flow`);
    await openFlow(page);
    expect(await overflow(page)).toBe(0);
    expect(await serious(page)).toEqual([]);
    await page.goto(`${troubled.url}/jobs`);
    await openJobs(page);
    expect(await overflow(page)).toBe(0);
    expect(await serious(page)).toEqual([]);
    await page.goto(`${troubled.url}/resources?signal=event_loop_delay_p99_s`);
    await openResources(page);
    expect(await overflow(page)).toBe(0);
    expect(await serious(page)).toEqual([]);
    await page.goto(`${troubled.url}/stability`);
    await openHealth(page);
    expect(await overflow(page)).toBe(0);
    expect(await serious(page)).toEqual([]);
    await page.goto(`${troubled.url}/configuration`);
    await openConfiguration(page);
    expect(await overflow(page)).toBe(0);
    expect(await serious(page)).toEqual([]);
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(faults).toEqual([]);
    await context.close();
  });

  it('on a phone every control is large enough for a thumb', async () => {
    const { page, context } = await visit(browser, service.url, { width: 390, height: 844 });
    await page.goto(service.url);
    await page.getByTestId('sentence').waitFor();
    await unfold(page);
    await page.getByTestId('token-rows').locator('[data-mint]').first().waitFor();
    const small = (): Promise<unknown> =>
      page.evaluate(`
      [...document.querySelectorAll('a[href], button, summary, select, input[type=search], .mantine-SegmentedControl-root')]
        .filter((each) => each.offsetParent !== null && !each.className.includes?.('skip'))
        .filter((each) => each.getBoundingClientRect().height < 43.5)
        .map((each) => each.outerHTML.slice(0, 120))`);
    expect(await small()).toEqual([]);
    await page.goto(`${service.url}/flow`);
    await openFlow(page);
    expect(await small()).toEqual([]);
    await page.goto(`${service.url}/jobs`);
    await openJobs(page);
    expect(await small()).toEqual([]);
    await page.goto(`${service.url}/resources?signal=event_loop_delay_p99_s`);
    await openResources(page);
    expect(await small()).toEqual([]);
    await page.goto(`${troubled.url}/stability`);
    await openHealth(page);
    expect(await small()).toEqual([]);
    await page.goto(`${troubled.url}/configuration`);
    await openConfiguration(page);
    expect(await small()).toEqual([]);
    await context.close();
  });

  it('rows are 36 px high and a long name ends in an ellipsis', async () => {
    const { page, context } = await visit(browser, service.url);
    await page.goto(service.url);
    await page.locator('tr[data-mint]').first().waitFor();
    const heights = await page.evaluate(
      "[...new Set([...document.querySelectorAll('tr[data-mint]')].map((row) => Math.round(row.getBoundingClientRect().height)))]",
    );
    expect(heights).toEqual([36]);
    await context.close();
  });

  it('a keyboard reaches everything, and sees where it is', async () => {
    const { page, context } = await visit(browser, service.url);
    await page.goto(service.url);
    await page.locator('tr[data-mint]').first().waitFor();
    const stops: unknown[] = [];
    for (let presses = 0; presses < 12; presses += 1) {
      await page.keyboard.press('Tab');
      stops.push(
        await page.evaluate(`(() => {
        const on = document.activeElement;
        const ring = getComputedStyle(on.closest('.mantine-SegmentedControl-control') ?? on);
        return { tag: on.tagName, ring: getComputedStyle(on).outlineStyle !== 'none' || on.type === 'radio' };
      })()`),
      );
    }
    expect(stops).not.toContainEqual(expect.objectContaining({ tag: 'BODY' }));
    expect(stops).not.toContainEqual(expect.objectContaining({ ring: false }));
    await context.close();
  });
});
