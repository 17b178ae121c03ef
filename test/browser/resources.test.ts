import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { withoutBrowser } from './browser.ts';
import { FakeService } from './fake-service.ts';
import { pageScene } from './page.ts';

describe('the resources', { skip: withoutBrowser() }, () => {
  const scene = pageScene('/resources');
  const { open } = scene;
  const chart = (page: Page, name: string) => page.getByRole('img', { name: new RegExp(`^${name} from`) });

  it('say what is used, of how much, and why something is not known', async () => {
    const page = await open();
    await page.getByText('Nothing has become slower, and the database needs nothing.').waitFor();
    expect(await page.title()).toBe('Resources · Moonwarden');
    const line = (signal: string) => page.locator(`[data-signal="${signal}"]`).textContent();
    expect(await line('process_rss_bytes')).toBe('This process159 MB of 512 MB');
    expect(await line('host_cpu')).toBe('The machine12.0 %');
    expect(await line('host_load_1m')).toBe('Load, 1 minute0.84 of 2');
    expect(await line('event_loop_delay_p99_s')).toBe('Delay, p9917.9 ms');
    expect(await line('disk_busy')).toBe('Disk busy–the file system has no device of its own');
    // Not growing, or not known yet: nothing is promised.
    await page.getByText('is not seen to grow towards its limit').first().waitFor();
    expect(await line('quota_used')).toMatch(/^Requests a minute\d+ of \d+$/);
    expect(await line('backlog')).toBe('Backlog120 tokens');
    await page.getByText('79.2 GB free, not seen to fill up').waitFor();
    await page.getByText('No statement took over 100 ms.').waitFor();
    await page.getByText('3.35 MB, none of it empty').waitFor();
  });

  it('say what is wrong, with shape and words', async () => {
    const page = await open({ scenario: 'critical' });
    const findings = page.getByRole('list', { name: 'What is to be seen to' });
    await findings.waitFor();
    expect(await findings.locator('li').allTextContents()).toEqual([
      'DexScreener GET /tokens/v1 takes 2.4 times as long as in the hour before.',
      '1 statement took over 100 ms in the last 5 minutes.',
    ]);
    const delay = page.locator('[data-signal="event_loop_delay_p99_s"]');
    await delay.getByRole('img', { name: 'Critical' }).waitFor();
    await page.getByText('full in 2 d at the pace of the last hour (79.2 GB free of 109 GB)').waitFor();
    const timed = page.locator('[data-timed="DexScreener GET /tokens/v1"]');
    expect(await timed.textContent()).toMatch(
      /^DexScreener GET \/tokens\/v1.*2\.4 times slower than before: 57\.6 ms instead of 24 ms1,20024024 \(2\.0 %\)24 ms96 ms192 ms240 ms$/,
    );
    const slow = page.getByRole('list', { name: 'Slow statements' });
    await slow.getByText('SELECT score_point').click();
    await slow.getByText('an index on mint, at would help').waitFor();
    expect(await slow.getByLabel('Plan').textContent()).toContain('SCAN score_point');
  });

  it('show how a value went; signal and range are in the address', async () => {
    const page = await open();
    await chart(page, 'Process RSS').waitFor();
    await page.locator('[data-signal="event_loop_delay_p99_s"]').click();
    await chart(page, 'Event loop delay p99').waitFor();
    // The list is in groups, and can be searched.
    await page.getByRole('combobox', { name: 'Signal' }).click();
    await page.getByRole('group', { name: 'Process' }).getByRole('option', { name: 'Process RSS' }).waitFor();
    await page.keyboard.type('lag, h');
    await page.getByRole('option', { name: 'Backlog' }).waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('90 d', { exact: true }).click();
    await chart(page, 'Job lag').waitFor();
    const address = new URL(page.url());
    expect(Object.fromEntries(address.searchParams)).toEqual({
      signal: 'job_lag_s',
      labels: 'group=hot',
      range: '90d',
    });
    await page.getByText('lowest to highest of 6 h').waitFor();
    expect(scene.service.resources.asked.at(-1)).toEqual({
      name: 'job_lag_s',
      query: { last: 90 * 86_400_000, step: 6 * 3_600_000, labels: { group: 'hot' } },
    });
    await page.reload();
    await chart(page, 'Job lag').waitFor();
    expect(await page.getByRole('combobox', { name: 'Signal' }).inputValue()).toBe('Job lag, hot');
    // A range that there is not is the last hour.
    await page.goto(`${scene.service.url}/resources?signal=backlog&range=2y`);
    await page.getByText('lowest to highest of 15 s').waitFor();
    await page.getByText('warning from 150 tokens on').waitFor();
    await page.getByText('critical from 5.00k tokens on, far above').waitFor();
  });

  it('are read point by point without a pointer, and in numbers', async () => {
    const page = await open({}, { path: '/resources?signal=backlog&range=24h' });
    await chart(page, 'Backlog').waitFor();
    const point = page.getByLabel('Point of the chart');
    await point.focus();
    await page.keyboard.press('Home');
    expect(await point.getAttribute('aria-valuetext')).toMatch(
      /^\d+ \w+, \d\d:\d\d: [\d.]+ tokens on average, [\d.]+ tokens to [\d.]+ tokens$/,
    );
    const first = await point.getAttribute('aria-valuetext');
    await page.keyboard.press('ArrowRight');
    expect(await point.getAttribute('aria-valuetext')).not.toBe(first);
    await page.getByText('In numbers').click();
    const rows = page.getByRole('region', { name: 'Values of the chart' }).getByRole('row');
    expect(await rows.count()).toBe(61);
  });

  it('draw no line over a time without values', async () => {
    const page = await open({}, { prepare: () => (scene.service.resources.gap = [0.3, 0.7]) });
    await chart(page, 'Process RSS').waitFor();
    // What is drawn of the hue, in columns of the plot: the line and its band.
    const drawn = await page.evaluate<number[]>(`(() => {
      const canvas = document.querySelector('.uplot canvas');
      const { width, height } = canvas;
      const left = 90, right = width - 12;
      const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
      return [0.15, 0.5, 0.85].map((share) => {
        const x = Math.round(left + share * (right - left));
        let coloured = 0;
        for (let y = 0; y < height; y += 1) {
          const at = 4 * (y * width + x);
          if (data[at + 3] > 0 && data[at + 2] - data[at] > 20) coloured += 1;
        }
        return coloured;
      });
    })()`);
    expect(drawn[0]).toBeGreaterThan(0);
    expect(drawn[1]).toBe(0);
    expect(drawn[2]).toBeGreaterThan(0);
  });

  it('have their states: loading, failed part by part, none, and old', async () => {
    const parts = [
      '/health/resources',
      '/health/performance',
      '/health/database',
      '/api/signals/process_rss_bytes',
    ];
    const page = await open({}, { prepare: () => parts.forEach((part) => scene.service.hanging.add(part)) });
    for (const part of ['values', 'history', 'latency', 'database'])
      await page.getByTestId(`loading-${part}`).waitFor();
    scene.service.hanging.clear();
    parts.forEach((part) => scene.service.broken.add(part));
    await page.reload();
    for (const what of ['what is used now', 'the history', 'the latency', 'the database'])
      await page.getByText(`Could not load ${what}`).waitFor();
    scene.service.broken.clear();
    scene.service.resources.begins = 1;
    for (const what of ['what is used now', 'the history', 'the latency', 'the database']) {
      const failed = page.getByRole('alert').filter({ hasText: what });
      await failed.getByRole('button', { name: 'Try again' }).click();
      await failed.waitFor({ state: 'detached' });
    }
    await page.getByText('Nothing was measured in this time').waitFor();
    await page.locator('[data-signal="host_cpu"]').waitFor();
    await scene.service.stop();
    await page.locator('[data-stale="true"] [data-signal="host_cpu"]').waitFor();
  });

  it('are said to be old when they cannot be read anew, part by part', async () => {
    const service = new FakeService();
    await service.start();
    const { page } = await scene.visit(service, /Failed to load resource|ERR_/);
    await page.clock.install();
    await page.goto(`${service.url}/resources`);
    await chart(page, 'Process RSS').waitFor();
    await page.locator('[data-timed]').first().waitFor();
    service.broken.add('/health/performance');
    await page.clock.fastForward(10_000);
    const old = page.getByRole('status').filter({ hasText: 'Could not load the latency anew' });
    await old.waitFor();
    expect(await old.textContent()).toMatch(/^As of \d\d:\d\d:\d\d\. Could not load the latency anew: /);
    // What was read stays, grey; the other parts are as they were.
    await page.locator('[data-stale="true"] [data-timed="DexScreener GET /tokens/v1"]').waitFor();
    expect(await page.locator('[data-stale="true"] [data-signal]').count()).toBe(0);
    service.broken.clear();
    await old.getByRole('button', { name: 'Try now' }).click();
    await old.waitFor({ state: 'detached' });
  });

  it('show the one value that there is', async () => {
    const page = await open({}, { prepare: () => (scene.service.resources.begins = 0.995) });
    await page.getByText(/^One value so far: \d+ MB, /).waitFor();
  });

  it('on a phone lie within the screen, with cards for tables', async () => {
    const page = await open({}, { look: { width: 390, height: 844 } });
    await page.getByRole('list', { name: 'Latency' }).waitFor();
    await chart(page, 'Process RSS').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await page.locator('[data-timed]').first().textContent()).toBe(
      'DexScreener GET /tokens/v1p95 96 msfailed 0of 1,200',
    );
  });
});
