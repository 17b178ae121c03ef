import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { withoutBrowser } from './browser.ts';
import { pageScene } from './page.ts';

describe('the configuration', { skip: withoutBrowser() }, () => {
  const scene = pageScene('/configuration');
  const { open } = scene;
  const section = (page: Page, name: string): Locator => page.locator(`[data-section="${name}"]`);
  const setting = (page: Page, path: string): Locator => page.locator(`[data-path="${path}"]`);
  const change = async (page: Page, path: string): Promise<Locator> => {
    await section(page, path.split('.')[0] ?? '')
      .locator('summary')
      .click();
    await page.getByRole('button', { name: `Change ${path}` }).click();
    return page.getByRole('form', { name: `Set ${path}` });
  };

  it('says of each setting what it is, where that comes from, and when it acts', async () => {
    const page = await open();
    await page.getByTestId('config-sentence').getByText('/etc/moonwarden/monitoring.json').waitFor();
    expect(await page.title()).toBe('Configuration · Moonwarden');
    expect(await section(page, 'http').locator('summary').textContent()).toBe(
      'HTTP3 settings, 1 not default',
    );
    await section(page, 'dexscreener').locator('summary').click();
    expect(await setting(page, 'dexscreener.url').textContent()).toBe(
      'urlAddress of the API.https://api.dexscreener.comEnvironmentAt the next startChange',
    );
    expect(await setting(page, 'dexscreener.timeout').textContent()).toContain('4sDefaultAt once');
    await page.getByText('Not default', { exact: true }).click();
    await setting(page, 'log.level').getByText('File', { exact: true }).waitFor();
    expect(await page.locator('[data-path]').count()).toBe(5);
    await page.getByText('All', { exact: true }).click();
    await page.getByLabel('Search settings').fill('hot');
    await setting(page, 'tokens.min_score').waitFor();
    expect(await page.locator('[data-path]').count()).toBe(1);
    await page.getByLabel('Search settings').fill('no such thing');
    await page.getByText('No setting is like this.').waitFor();
    // What the command line says goes before.
    await page.getByLabel('Search settings').fill('http.port');
    expect(await page.getByRole('button', { name: 'Change http.port' }).isDisabled()).toBe(true);
  });

  it('is changed with a reason; what is refused is said at the field', async () => {
    const page = await open();
    await page.getByText('No changes yet').waitFor();
    const form = await change(page, 'log.level');
    const field = form.getByLabel('New value of log.level');
    expect(await field.inputValue()).toBe('info');
    await field.fill('loud');
    await page.keyboard.press('Enter');
    await form.getByText('expected one of "debug"').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await field.fill('debug');
    await form.getByLabel('Why').fill('to look closer');
    await page.keyboard.press('Enter');
    await form.waitFor({ state: 'detached' });
    const line = setting(page, 'log.level');
    await line.getByRole('status').getByText('Changed: log.level (in force now).').waitFor();
    expect(await line.getByRole('status').locator('del').textContent()).toBe('info');
    expect(await line.getByRole('status').locator('ins').textContent()).toBe('debug');
    await line.getByText('Run time').waitFor();
    expect(await page.locator('[data-set="log.level"]').textContent()).toMatch(
      /info.*debug.*\d\d:\d\d, by laptop: to look closerRevert$/,
    );
    await page.locator('[data-entry]').getByText('to look closer').waitFor();
    expect(scene.service.config.asked).toEqual([
      { set: { 'log.level': 'loud' } },
      { set: { 'log.level': 'debug' }, why: 'to look closer' },
    ]);
  });

  it('takes lists and maps as JSON and switches as a choice', async () => {
    const page = await open();
    const custom = await change(page, 'rules.custom');
    const field = custom.getByLabel('New value of rules.custom');
    expect(JSON.parse(await field.inputValue())).toMatchObject([{ name: 'my.api_slow' }]);
    await field.fill('[{"name": ');
    await custom.getByRole('button', { name: 'Set rules.custom' }).click();
    await custom.getByText('This is not JSON').waitFor();
    expect(scene.service.config.asked).toEqual([]);
    await field.fill('{}');
    await custom.getByRole('button', { name: 'Set rules.custom' }).click();
    await custom.getByText('rules.custom.0.kind: is missing').waitFor();
    await page.keyboard.press('Escape');
    const supervised = await change(page, 'recovery.supervised');
    await supervised.getByText('true', { exact: true }).click();
    await supervised.getByRole('button', { name: 'Set recovery.supervised' }).click();
    await page.locator('[data-set="recovery.supervised"]').waitFor();
    expect(scene.service.config.asked).toEqual([
      { set: { 'rules.custom': {} } },
      { set: { 'recovery.supervised': 'true' } },
    ]);
  });

  it('says why its file is not in force, what waits, and takes back what was set', async () => {
    const page = await open({ scenario: 'critical' }, { prepare: () => scene.service.config.trouble() });
    const refused = page.getByRole('region', { name: 'The file is refused' });
    await refused.waitFor();
    expect(await refused.getByRole('listitem').allTextContents()).toEqual([
      expect.stringMatching(/^tokens\.check_interval is not a duration: "often"/),
      expect.stringMatching(/^rules\.custom\.0\.kind the kind is missing/),
    ]);
    expect(await refused.textContent()).toContain('What was accepted last stays in force.');
    await page.getByText('1 setting waits for the next start').waitFor();
    await page.getByText('now 0.1, then 0.2').waitFor();
    await page.getByRole('button', { name: 'Revert tokens.min_score' }).click();
    await page.getByRole('button', { name: 'Revert tokens.min_score' }).last().click();
    await page.getByRole('status').getByText('Changed: tokens.min_score').waitFor();
    await page.locator('[data-set="tokens.min_score"]').waitFor({ state: 'detached' });
    scene.service.config.change({ set: { 'tokens.check_interval': '30s' } });
    await page.getByRole('button', { name: 'Revert all' }).click();
    await page.getByLabel('Why').fill('the day is over');
    await page.getByRole('button', { name: 'Revert all of them' }).click();
    await page.getByText('Nothing. What is set here goes before').waitFor();
    expect(scene.service.config.asked).toEqual([
      { revert: ['tokens.min_score'] },
      { set: { 'tokens.check_interval': '30s' } },
      { revert: 'all', why: 'the day is over' },
    ]);
  });

  it('is not for who is no admin', async () => {
    const page = await open({ scope: 'operate' });
    await page.getByRole('heading', { name: 'Only an admin may see this' }).waitFor();
    expect(await page.locator('[data-section]').count()).toBe(0);
  });

  it('has its states: loading, failed, and old', async () => {
    const page = await open({}, { prepare: () => scene.service.hanging.add('/admin/config') });
    await page.getByTestId('loading the configuration').waitFor();
    scene.service.hanging.clear();
    scene.service.broken.add('/admin/config');
    await page.reload();
    await page.getByText('Could not load the configuration').waitFor();
    scene.service.broken.clear();
    await page.getByRole('button', { name: 'Try again' }).click();
    const form = await change(page, 'log.level');
    await form.getByLabel('New value').fill('debug');
    scene.service.broken.add('/admin/config');
    await form.getByRole('button', { name: 'Set log.level' }).click();
    await form.getByRole('alert').getByText('The store is busy').waitFor();
    // What was typed is still there when nothing can be read anew.
    await page.getByRole('status').filter({ hasText: 'Could not load the configuration anew' }).waitFor();
    expect(await form.getByLabel('New value').inputValue()).toBe('debug');
  });

  it('on a phone lies within the screen, and is changed there', async () => {
    const page = await open(
      { scenario: 'critical' },
      { look: { width: 390, height: 844 }, prepare: () => scene.service.config.trouble() },
    );
    await page.getByRole('link', { name: 'Config' }).click();
    await page.locator('h1:focus', { hasText: 'Configuration' }).waitFor();
    const form = await change(page, 'rules.custom');
    await form.getByLabel('New value').fill(`["${'x'.repeat(500)}"]`);
    await form.getByRole('button', { name: 'Set rules.custom' }).click();
    await setting(page, 'rules.custom').getByRole('status').getByText('Changed').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });
});
