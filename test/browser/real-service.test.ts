import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tokenDetail } from '../../src/contract/index.ts';
import { UNHURRIED, cleanUp, startService, until, type RunningService } from '../e2e/service.ts';
import { launch, visit, withoutBrowser } from './browser.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));
const MOON_OTTER = 'FixtureMoonotterzzzzzzzzzzzzzzzzzzzzzzzzzzz';

describe('the real service on recorded answers', { skip: withoutBrowser() }, () => {
  let browser: Browser;
  let service: RunningService;
  beforeAll(async () => {
    browser = await launch();
    service = await startService({ args: ['--market', `recorded:${FIXTURES}`], env: UNHURRIED });
  });
  afterAll(async () => {
    await browser.close();
    await cleanUp();
  });

  test('from the sentence to a token that is active, and why', async () => {
    await until('the token is active', async () => {
      const { body, status } = await service.ask(`/api/tokens/${MOON_OTTER}`);
      return status === 200 && tokenDetail.parse(body).status === 'active';
    });
    const { page, faults, context } = await visit(browser, service.url);
    await page.goto(service.url);
    await page
      .getByText(/^Healthy\./)
      .first()
      .waitFor();
    await page.getByText('MOTTER').first().waitFor();
    await page
      .getByRole('link', { name: /MOTTER/ })
      .last()
      .click();
    await page.waitForURL(`**/tokens/${MOON_OTTER}`);
    await page.getByText('a pump pool against SOL').first().waitFor();
    await page.getByText('pumpfun is a bonding curve').first().waitFor();
    await page.getByText('2 external pools with enough liquidity, 1 needed').first().waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('a mint that is added by hand shows up without a reload', async () => {
    const { page, faults, context } = await visit(browser, service.url);
    await page.goto(service.url);
    const mint = 'DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263';
    await page.getByText('MOTTER').first().waitFor();
    await service.ask('/api/tokens', { mints: [mint] });
    await page
      .getByText(/DezX…B263 was found by/)
      .first()
      .waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('a service that ends is said to have ended', async () => {
    const { page, context } = await visit(browser, service.url);
    await page.goto(service.url);
    await page
      .getByText(/^Healthy\./)
      .first()
      .waitFor();
    await service.stop();
    await page
      .getByText(/Connection lost/)
      .first()
      .waitFor();
    await context.close();
  });
});
