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
  for (const page of pages) {
    for (const [, line = ''] of read(page).matchAll(/(?:^|`)(moonwarden [a-z][^`\n]*)/gm)) {
      named.add(commandIn(line).slice(0, 2).join(' '));
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
