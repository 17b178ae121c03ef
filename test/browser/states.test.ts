import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launch, visit, withoutBrowser, type Visit } from './browser.ts';
import { FakeService, type FakeOptions } from './fake-service.ts';

const FAILED_REQUEST = /Failed to load resource/;

describe('each view has its states:', { skip: withoutBrowser() }, () => {
  let browser: Browser;
  let visitor: Visit | undefined;
  let service: FakeService;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    expect(visitor?.faults).toEqual([]);
    await visitor?.context.close();
    await service.stop();
  });
  const open = async (options: FakeOptions, path = '/', prepare?: (fake: FakeService) => void) => {
    service = new FakeService(options);
    await service.start();
    prepare?.(service);
    visitor = await visit(browser, service.url, {}, FAILED_REQUEST);
    await visitor.page.goto(service.url + path);
    return visitor.page;
  };

  it('loading has the shape of the page', async () => {
    const page = await open({}, '/', (fake) => fake.hanging.add('/api/overview'));
    await page.getByTestId('loading').waitFor();
  });

  it('an error says what failed, since when, and tries again', async () => {
    const page = await open({}, '/', (fake) => fake.broken.add('/api/overview'));
    const alert = page.getByRole('alert');
    await alert.getByText('Could not load the overview').waitFor();
    expect(await alert.textContent()).toContain('The store is busy and did not answer within 2 s.');
    expect(await alert.textContent()).toContain('Since');
    service.broken.clear();
    await alert.getByRole('button', { name: 'Try again' }).click();
    await page.getByTestId('sentence').waitFor();
  });

  it('a first start says what will be here and how to get it', async () => {
    const page = await open({ scenario: 'empty' });
    await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    await page.getByLabel('Mints to watch').fill('7GCihgDB8fe6KNjn2MYtkzZcRjQy3t9GHdC8uHYmW2hr');
    await page.getByRole('button', { name: 'Add 1 token' }).click();
    await page.getByText('1 token added.').waitFor();
    await page.getByText('1 of 1 token').waitFor();
  });

  it('what is wrong comes with its reason, since when, and what to do', async () => {
    const page = await open({ scenario: 'critical' });
    const wrong = page.getByRole('region', { name: 'What is wrong' });
    await wrong.waitFor();
    expect(await wrong.locator('> ul > li').count()).toBe(3);
    expect(await wrong.locator('> ul > li').first().textContent()).toMatch(
      /10 minutes old.*Since.*systemctl restart/s,
    );
    expect(await page.title()).toBe('Critical · Moonwarden');
    expect(await page.getByRole('region', { name: 'State' }).textContent()).toContain('What to do:');
    // What the service did is there before what tokens did.
    await page.getByText('The restart of the refresh job did not help').first().waitFor();
  });

  it('a source that cannot be reached says so, with the next try', async () => {
    const page = await open({ scenario: 'unreachable' });
    const source = page.getByRole('region', { name: 'Dependencies' });
    await source.getByText('Left alone', { exact: true }).waitFor();
    expect(await source.textContent()).toMatch(/ECONNREFUSED/);
    expect(await source.textContent()).toMatch(/next try in \d+ s/);
  });

  it('the log-in lets the right token in and says why it refuses another', async () => {
    const page = await open({ token: 'mw_right' });
    await page.getByRole('heading', { name: 'Log in to Moonwarden' }).waitFor();
    await page.getByLabel('Access token', { exact: true }).fill('mw_wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('This access token is not known.').waitFor();
    await page.getByLabel('Access token', { exact: true }).fill('mw_right');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByTestId('sentence').waitFor();
    await expect.poll(() => service.streams.count).toBe(1);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('heading', { name: 'Log in to Moonwarden' }).waitFor();
  });

  it('the colour scheme follows the system until it is chosen, and the choice is remembered', async () => {
    const page = await open({});
    const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme');
    await page.getByTestId('sentence').waitFor();
    expect(await scheme()).toBe('light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(scheme).toBe('dark');
    await page.getByRole('button', { name: /^Colours/ }).click();
    await expect.poll(scheme).toBe('light');
    await page.reload();
    await page.getByTestId('sentence').waitFor();
    expect(await scheme()).toBe('light');
  });
});
