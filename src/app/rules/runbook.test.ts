import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { alertKindOf, runbookOf } from './runbook.ts';
import { usualRules } from './settings.ts';

const ROOT = new URL('../../../', import.meta.url);
const rules = usualRules(1_000).map(({ name }) => name);
const pages = readdirSync(new URL('docs/runbooks', ROOT)).filter((name) => name !== 'README.md');

test.each<[string, boolean, string | null]>([
  ['data.stale', true, 'docs/runbooks/data.stale.md'],
  ['jobs.hot.not_run', true, 'docs/runbooks/jobs.not_run.md'],
  ['jobs.export.parked', true, 'docs/runbooks/jobs.parked.md'],
  ['jobs.escalated', true, 'docs/runbooks/jobs.escalated.md'],
  ['my.rule', false, null],
])('the runbook of %s', (rule, isOwn, page) => {
  expect(runbookOf(rule, isOwn)).toBe(page);
});

test('no rule is without a page, and no page without a rule', () => {
  const needed = new Set(rules.map((rule) => runbookOf(rule, true)?.split('/').at(-1)));
  expect(pages.toSorted()).toEqual([...needed].toSorted());
});

describe.each(pages)('%s', (page) => {
  const text = readFileSync(new URL(`docs/runbooks/${page}`, ROOT), 'utf8');

  test('says what it means, what happens by itself, what to do, and when it is over', () => {
    expect(text.split('\n')[0]).toMatch(
      new RegExp(`^# \`${page.replace(/\.md$/, '').replaceAll('.', '\\.')}\`: .{10,}`),
    );
    const parts = text.split(/^## .*$/m).map((part) => part.trim());
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual([
      'What it means',
      'What the service does by itself',
      'What you do',
      'When it is over',
    ]);
    for (const part of parts) expect(part.length).toBeGreaterThan(8);
  });

  test('is in the index', () => {
    const index = readFileSync(new URL('docs/runbooks/README.md', ROOT), 'utf8');
    expect(index).toContain(`](${page})`);
  });
});

test('every rule has a kind of alert', () => {
  const kinds = new Set(rules.map(alertKindOf));
  expect([...kinds].toSorted()).toEqual([
    'activation',
    'breaker state',
    'configuration',
    'database',
    'jobs',
    'memory',
    'monitor',
    'performance',
    'resources',
    'security',
    'source',
    'stalled processing',
  ]);
});
