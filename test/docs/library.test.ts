import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { recoveryDefaults, wardenDefaults } from '../../src/index.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${ROOT}docs/library.md`, 'utf8');

describe('docs/library.md', () => {
  const examples = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code ?? '');

  test.each([
    [0, 'Healthy. None of its 11 rules finds anything wrong.'],
    [1, 'critical orders_failed{shop=a} is 30 % of orders, over the limit of 20 %.\ncritical'],
    [2, expect.stringMatching(/^prices failed \d+ times in a row: connection refused\./)],
  ])('example %i runs as it stands, ends by itself and prints what it should', (index, printed) => {
    const { stdout, status } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', examples[index] ?? ''],
      { cwd: ROOT, encoding: 'utf8', timeout: 20_000 },
    );
    expect(stdout.trim()).toEqual(printed);
    expect(status).toBe(0);
  });

  test('has no other example', () => {
    expect(examples).toHaveLength(3);
  });

  test('the README shows the same first lines', () => {
    const readme = readFileSync(`${ROOT}README.md`, 'utf8');
    const [, shown = 'none'] = /```js\n(import \{ createWarden[\s\S]*?)```/.exec(readme) ?? [];
    expect(examples[0]).toBe(shown);
  });

  test('says the defaults', () => {
    const { graceMs, cooldownMs, perHour } = recoveryDefaults;
    expect(page.replaceAll(/\s+/g, ' ')).toContain(
      `nothing within ${graceMs / 1_000} s of the start, ${cooldownMs / 60_000} min between two tries for one condition, ${perHour} tries an hour`,
    );
    expect(page).toMatch(new RegExp(`\\| \`turnMs\` +\\| ${wardenDefaults.turnMs.toLocaleString('en-US')} `));
  });

  test('names what there is', async () => {
    const library = (await import(`${ROOT}dist/index.js`)) as Record<string, unknown>;
    for (const [, name = ''] of page.matchAll(/`(?:new )?(createWarden|FakeClock|MoonwardenError)\b/g))
      expect(library[name], name).toBeTypeOf('function');
    const warden = (library['createWarden'] as () => Record<string, unknown>)();
    const named = [...page.matchAll(/`(?:warden\.)?([a-z]+)\(/g)].map(([, name]) => name ?? '');
    const ofOthers = new Set(['describe']);
    expect(named.length).toBeGreaterThan(8);
    for (const name of named) if (!ofOthers.has(name)) expect(warden[name], name).toBeTypeOf('function');
  });
});
