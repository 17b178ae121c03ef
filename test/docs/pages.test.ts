import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CLI = join(ROOT, 'dist/cli/main.js');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const pages = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'].concat(
  readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
);

describe.each(pages)('%s', (page) => {
  test('links lead somewhere', () => {
    const targets = [...read(page).matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map((match) => match[1] ?? '');
    for (const target of targets) expect(existsSync(join(ROOT, dirname(page), target)), target).toBe(true);
  });
});

/** `tokens list` of "moonwarden tokens list --status active". */
function commandIn(line: string): string[] {
  const words = line.trim().split(/\s+/).slice(1);
  const end = words.findIndex((word) => !/^[a-z]+$/.test(word));
  return words.slice(0, end === -1 ? undefined : end);
}

describe('commands that the pages name', () => {
  const named = new Set<string>();
  /** "signals show --last", each option with its command. */
  const options = new Set<string>();
  for (const page of pages) {
    for (const [, line = ''] of read(page).matchAll(/(?:^|`)(moonwarden [a-z][^`\n]*)/gm)) {
      const command = commandIn(line).slice(0, 2).join(' ');
      named.add(command);
      // What is quoted, or behind a pipe, is no option of the command.
      const [own = ''] = line.replaceAll(/"[^"]*"|'[^']*'/g, '').split(' | ');
      for (const [option] of own.matchAll(/(?<= )--[a-z-]+/g)) options.add(`${command} ${option}`);
    }
  }
  const helpOf = (words: readonly string[]): string =>
    execFileSync(process.execPath, [CLI, ...words, '--help'], { encoding: 'utf8' });

  test('are many enough to be worth it', () => {
    expect(named.size).toBeGreaterThan(8);
  });

  test.each([...named])('moonwarden %s', (command) => {
    const words = command.split(' ');
    const usage = /^Usage: (.*)$/m.exec(helpOf(words))?.[1] ?? '';
    const [first = '', second] = words;
    // A word that is no command of its own is an argument, and then the usage must show one.
    expect(usage).toContain(`moonwarden ${first}`);
    if (second !== undefined) expect(usage).toMatch(new RegExp(`${second}|<|\\[[a-z]+\\]`));
  });

  test('have options that are worth a look', () => {
    expect(options.size).toBeGreaterThan(8);
  });

  test.each([...options])('moonwarden %s', (command) => {
    const words = command.split(' ');
    const [option = ''] = words.slice(-1);
    expect(helpOf(words.slice(0, -1))).toMatch(new RegExp(`^ +(?:-\\w, )?${option}\\b`, 'm'));
  });
});

describe('what the commands of runbooks are about exists', () => {
  const runbooks = pages.filter((page) => page.startsWith(join('docs', 'runbooks')));
  /** What stands behind a command in lower case; NAME and the like are for the reader to fill in. */
  const namedAfter = (command: string): readonly string[] =>
    runbooks.flatMap((page) =>
      [...read(page).matchAll(new RegExp(`\`moonwarden ${command} ([a-z][a-z0-9._-]*)`, 'g'))].map(
        ([, name = '']) => name,
      ),
    );

  test.each<[string, string, (name: string) => string]>([
    ['signals show', 'docs/signals.md', (name) => `| \`${name}\` `],
    ['rules', 'docs/rules.md', (name) => `| [\`${name}\`](`],
    ['recover', 'docs/recovery.md', (name) => `| \`${name}\` `],
    ['jobs (?:show|park|unpark|restart|run)', 'docs/jobs.md', (name) => `| \`${name}\` `],
  ])('moonwarden %s', (command, page, row) => {
    const names = namedAfter(command);
    expect(names.length).toBeGreaterThan(0);
    const text = read(page);
    for (const name of names) expect(text, name).toContain(row(name));
  });

  test('their settings, each in its section', () => {
    const configuration = read('docs/configuration.md');
    const sections = [...configuration.matchAll(/^### `([a-z]+)`$/gm)].map(([, name = '']) => name);
    // Alone, or in a command that sets one.
    const setting = new RegExp(`(?<=\`|config set )(${sections.join('|')})\\.([a-z0-9_]+)(?=[\` ])`, 'g');
    const rules = read('docs/rules.md');
    let found = 0;
    for (const page of runbooks) {
      for (const [name, section = '', key = ''] of read(page).matchAll(setting)) {
        // Rules, and the pages that those of all groups share, are named in the same way.
        if (
          rules.includes(`| [\`${name}\`](`) ||
          existsSync(join(ROOT, 'docs/runbooks', `${section}.${key}.md`))
        )
          continue;
        found += 1;
        const part = configuration.split(`### \`${section}\``)[1]?.split('\n### ')[0] ?? '';
        expect(part, `${section}.${key} in ${page}`).toMatch(new RegExp(`\\| \`${key}\` +\\|`));
      }
    }
    expect(found).toBeGreaterThan(10);
  });

  test('their signals, in the table of signals', () => {
    const signals = read('docs/signals.md');
    const ofUnits = /`((?:process|host|disk|memory|gc|heap|quota|event|loop)_[a-z0-9_]+)`/g;
    const names = runbooks.flatMap((page) => [...read(page).matchAll(ofUnits)].map(([, name = '']) => name));
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(signals, name).toContain(`| \`${name}\` `);
  });
});

test('the README names the two commands, and they exist', () => {
  const readme = read('README.md');
  expect(readme).toContain('npm ci\nnpm start');
  expect(readme).toContain('npm ci\nnpm test');
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test', 'check', 'format', 'docs']));
});

test('the settings that the pages name exist', () => {
  const configuration = read('docs/configuration.md');
  // Rules are named in the same way.
  const rules = read('docs/rules.md');
  for (const page of pages) {
    for (const [name, section = '', key = ''] of read(page).matchAll(
      /`(http|tokens|dexscreener|export|log)\.([a-z0-9_]+)`/g,
    )) {
      if (rules.includes(`| ${name} `) || rules.includes(`| [${name}](`)) continue;
      const part = configuration.split(`## \`${section}\``)[1]?.split('\n## ')[0] ?? '';
      expect(part, `${section}.${key} in ${page}`).toMatch(new RegExp(`\\| \`${key}\` +\\|`));
    }
  }
});
