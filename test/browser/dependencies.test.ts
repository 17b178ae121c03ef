import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DependencyReport, FeatureReport } from '../../src/contract/index.ts';
import { attributes, launch, visit, withoutBrowser, type Look, type Visit } from './browser.ts';
import { FakeService } from './fake-service.ts';
import type { Scenario } from './fake/scenarios.ts';

const PHONE: Look = { width: 390, height: 844 };

describe('the dependencies', { skip: withoutBrowser() }, () => {
  let browser: Browser;
  let visitor: Visit;
  let service: FakeService;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    expect(visitor.faults).toEqual([]);
    await visitor.context.close();
    await service.stop();
  });
  const open = async (scenario: Scenario, look: Look = {}): Promise<Page> => {
    service = new FakeService({ scenario });
    await service.start();
    visitor = await visit(browser, service.url, look, /Failed to load resource|ERR_/);
    await visitor.page.goto(service.url);
    await visitor.page.getByTestId('sentence').waitFor();
    await expect.poll(() => service.streams.count).toBe(1);
    return visitor.page;
  };
  const part = (page: Page): Locator => page.getByRole('region', { name: 'Dependencies' });
  const lineOf = (page: Page, name: string): Locator => page.locator(`[data-dependency="${name}"] summary`);
  const bodyOf = (page: Page, name: string): Locator =>
    page.locator(`[data-dependency="${name}"] details > :not(summary)`);
  const isOpen = (page: Page, name: string): Promise<boolean> => bodyOf(page, name).isVisible();
  /** The market as the scenario has it, but for `over`. */
  const market = (over: Partial<DependencyReport>): void => {
    const { dependencies } = service.world.overview();
    service.say({
      dependencies: dependencies.map((each) => (each.name === 'DexScreener' ? { ...each, ...over } : each)),
    });
  };

  it('are a line each while all is well, and unfold for who wants the figures', async () => {
    const page = await open('healthy');
    expect(await part(page).locator('h2 + span').textContent()).toContain('All well');
    const line = (await lineOf(page, 'DexScreener').textContent()) ?? '';
    for (const words of ['Answers', 'last answer', 'p95 310 ms', '212 of 300', '4 of 60', '41 retries left'])
      expect(line).toContain(words);
    expect(await lineOf(page, 'PumpPortal').textContent()).toMatch(/Connected last told 4\d s ago/);
    const box = await lineOf(page, 'DexScreener').boundingBox();
    expect(box?.height).toBeLessThanOrEqual(50);
    expect([await isOpen(page, 'DexScreener'), await isOpen(page, 'PumpPortal')]).toEqual([false, false]);
    expect(await part(page).getByText('Meanwhile').count()).toBe(0);
    await lineOf(page, 'DexScreener').click();
    const body = (await bodyOf(page, 'DexScreener').textContent()) ?? '';
    for (const words of [
      '1,061, 4 failed (0.4 %): transient',
      'median 124 ms',
      'p99 702 ms',
      '4 made, 41 left',
    ])
      expect(body).toContain(words);
    expect(body).not.toContain('Calls not made');
  });

  it('that are away say why, since when, what comes next, and what is off meanwhile', async () => {
    const page = await open('unreachable');
    expect(await part(page).locator('h2 + span').textContent()).toContain('2 of 2 not well');
    expect(await lineOf(page, 'DexScreener').textContent()).toMatch(
      /Left alone last answer 3 min ago, next try in 1\d s/,
    );
    const body = (await bodyOf(page, 'DexScreener').textContent()) ?? '';
    for (const words of [
      'left alone after 5 failures in a row: connect ECONNREFUSED 104.26.0.123:443.',
      'Breaker open since ',
      'as soon as a probe succeeds',
      'failed: connect ECONNREFUSED',
      '46, 8 failed (17.4 %): transient',
      '318: breaker open',
      '6 made, 2 left',
    ])
      expect(body).toContain(words);
    expect(await bodyOf(page, 'PumpPortal').textContent()).toContain('getaddrinfo ENOTFOUND pumpportal.fun');
    const meanwhile = (await part(page).textContent())?.split('Meanwhile')[1] ?? '';
    expect(meanwhile).toMatch(
      /OffActivation and demotion.*Discovery by profiles and boosts.*On data from beforeScore refreshExport for bots.*Since .*: DexScreener is left alone.*OffDiscovery by the stream/s,
    );
    // What is off went off at once, and is one line of the feed.
    await page.getByText('6 features: 4 off, 2 on data from before').waitFor();
  });

  it('the time to the next try runs', async () => {
    const page = await open('unreachable');
    const seconds = async (): Promise<number> =>
      Number(/next try in (\d+) s/.exec((await lineOf(page, 'DexScreener').textContent()) ?? '')?.[1]);
    const before = await seconds();
    expect(before).toBeGreaterThan(8);
    await expect.poll(seconds, { timeout: 8_000 }).toBeLessThan(before - 1);
  });

  it('a rate that was halved shows beside its quota', async () => {
    const page = await open('degraded');
    const line = (await lineOf(page, 'DexScreener').textContent()) ?? '';
    for (const words of ['Asked for fewer calls', '147 of 150 (quota 300)', 'p95 6.1 s'])
      expect(line).toContain(words);
    const widths = await attributes(
      page,
      '[data-dependency="DexScreener"] summary svg[viewBox="0 0 100 4"] rect',
      'width',
    );
    expect(widths.slice(0, 2), 'of the quota: what may be used, what is').toEqual(['50', '49']);
    const body = (await bodyOf(page, 'DexScreener').textContent()) ?? '';
    for (const words of [
      'It asked for fewer requests: 150 of 300 a minute are made for pairs.',
      'One answer of twenty takes 6.1 s or longer; a call is given up after 12 s.',
      '742, 23 failed (3.1 %): 21 transient, 2 throttled',
      '3 calls waiting, asked for fewer once since the start',
    ])
      expect(body).toContain(words);
  });

  it('each change shows at once, unfolds what is wrong, and folds what is well again', async () => {
    const page = await open('healthy');
    const since = service.world.now() - 4_000;
    const off: FeatureReport = {
      name: 'activation and demotion',
      state: 'off',
      reason: 'DexScreener is left alone',
      since,
    };
    market({ state: 'open', healthy: false, since, nextTryAt: null, reason: 'DexScreener is left alone' });
    service.say({ features: [off] });
    await lineOf(page, 'DexScreener').getByText('Left alone').waitFor();
    expect(await isOpen(page, 'DexScreener')).toBe(true);
    await part(page).getByText('Meanwhile').waitFor();
    market({ state: 'half_open' });
    await lineOf(page, 'DexScreener').getByText('Being tried again').waitFor();
    expect(await bodyOf(page, 'DexScreener').textContent()).toContain('A few calls are let through');
    market({ state: 'isolated', reason: 'DexScreener is isolated: the network is being mended' });
    await lineOf(page, 'DexScreener').getByText('Isolated by hand').waitFor();
    expect(await bodyOf(page, 'DexScreener').textContent()).toContain('the network is being mended');
    market({ state: 'closed', healthy: true, reason: 'DexScreener answers', retriesLeft: 0 });
    service.say({ features: [{ ...off, state: 'on', reason: null }] });
    await lineOf(page, 'DexScreener').getByText('Answers').waitFor();
    expect(await lineOf(page, 'DexScreener').textContent()).toContain('0 retries left');
    expect([await isOpen(page, 'DexScreener'), await part(page).getByText('Meanwhile').count()]).toEqual([
      false,
      0,
    ]);
  });

  it('a person may fold what is wrong, and it stays folded', async () => {
    const page = await open('unreachable');
    await lineOf(page, 'DexScreener').click();
    expect(await isOpen(page, 'DexScreener')).toBe(false);
    market({ retriesLeft: 7 });
    await lineOf(page, 'DexScreener').getByText('7 retries left').waitFor();
    expect(await isOpen(page, 'DexScreener')).toBe(false);
  });

  it('before the first call nothing is claimed', async () => {
    const page = await open('empty');
    market({ lastAnswerAt: null, latency: null });
    await lineOf(page, 'DexScreener').getByText('Not called yet').waitFor();
    expect(await lineOf(page, 'DexScreener').textContent()).not.toContain('p95');
  });

  it('without a connection to the service nothing of it is known to be so', async () => {
    const page = await open('healthy');
    await service.stop();
    await lineOf(page, 'DexScreener').getByText('Unknown').waitFor();
    expect(await part(page).locator('h2 + span').textContent()).toContain('Unknown');
  });

  it('on a phone they are folded while all is well', async () => {
    const page = await open('healthy', PHONE);
    await part(page).getByText('All well').waitFor();
    expect(await lineOf(page, 'DexScreener').isVisible()).toBe(false);
    await part(page).getByText('All well').click();
    await lineOf(page, 'DexScreener').click();
    await bodyOf(page, 'DexScreener').getByText('212 of 300').waitFor();
  });

  it('on a phone they are open when something is wrong, in reach of a thumb and within the screen', async () => {
    const page = await open('unreachable', PHONE);
    await lineOf(page, 'DexScreener').waitFor();
    expect((await lineOf(page, 'DexScreener').boundingBox())?.height).toBeGreaterThanOrEqual(44);
    expect(
      await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
    ).toBe(0);
  });

  it('what a stranger says in an error stays text', async () => {
    const page = await open('unreachable');
    const nasty = `<img src=x onerror=alert(1)>\u202e${'x'.repeat(900)}`;
    market({ reason: nasty, lastError: nasty, probe: { at: service.world.now(), ok: false, cause: nasty } });
    await bodyOf(page, 'DexScreener').getByText('<img src=x').first().waitFor();
    expect(await bodyOf(page, 'DexScreener').textContent()).not.toContain('\u202e');
    expect(
      await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
    ).toBe(0);
  });
});
