import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LEVELS, quantity, spanOf, type Rule } from '../../warden/detection/index.ts';
import { jobRules } from '../../warden/index.ts';
import { runbookOf } from './runbook.ts';
import { usualRules } from './settings.ts';

const ROOT = new URL('../../../', import.meta.url);
const MEMORY_LIMIT_MB = 1_000;
const rules = usualRules(MEMORY_LIMIT_MB).filter(({ name }) => /^jobs\.(hot|escalated)|^(?!jobs)/.test(name));

/** A limit as a page tells of it. */
function figureOf({ name, unit }: Rule, value: number): string {
  if (name === 'process.memory_limit') return quantity(value / (MEMORY_LIMIT_MB * 1_000_000), 'ratio');
  return quantity(value, unit);
}

/** That something is there at all, or that it is over, is told in words. */
const isInWords = (unit: string, value: number): boolean =>
  ['', 'jobs', 'faults'].includes(unit) || (['tokens', 's'].includes(unit) && value <= 1);

/** Figures with a unit, such as "75 %", "0.2 s" or "60 statements". */
const figuresIn = (text: string): readonly string[] =>
  [...text.matchAll(/\d[\d.,]*\s(?:%|s|min|h|d|ms|tokens|statements)(?![a-z])/g)].map(([figure]) => figure);

/** Of the job rules, beside the figures of a group that starts every 30 s: the least for one that starts more often. */
const oftenS = jobRules({ group: 'often', everyMs: 1_000 })[0]?.critical?.enter ?? 0;

/** Figures of these depend on the interval of the group, so that the page tells how. */
const BY_GROUP = 'jobs.hot.not_run';

function sectionOf(text: string, title: string): string {
  return text.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
}

describe.each(rules.map((rule) => [rule.name, rule] as const))('the figures of %s', (name, rule) => {
  const text = readFileSync(new URL(runbookOf(name, true) ?? '', ROOT), 'utf8');
  const begins = figuresIn(sectionOf(text, 'What it means'));
  const ends = figuresIn(sectionOf(text, 'When it is over'));
  const levels = LEVELS.flatMap((level) => {
    const own = rule[level];
    return own !== undefined && 'enter' in own ? [own] : [];
  });
  const known = new Set([
    ...levels.flatMap(({ enter, leave }) => [figureOf(rule, enter), figureOf(rule, leave)]),
    ...[rule.forMs, rule.keepForMs].map(spanOf),
    ...(name === BY_GROUP ? [quantity(oftenS, 's')] : []),
  ]);

  test('that the page tells are those of the rule', () => {
    expect([...begins, ...ends].filter((figure) => !known.has(figure))).toEqual([]);
  });

  test('are told: where each level begins, and where the mildest ends', () => {
    for (const { enter } of levels) {
      const isOfGroup = name === BY_GROUP && enter === levels.at(-1)?.enter;
      if (!isOfGroup && (rule.unit === 's' ? enter >= 0.01 : !isInWords(rule.unit, enter)))
        expect(begins).toContain(figureOf(rule, enter));
    }
    const [mildest] = levels;
    if (mildest && !isInWords(rule.unit, mildest.leave))
      expect(ends).toContain(figureOf(rule, mildest.leave));
  });

  test('are told: for how long', () => {
    if (rule.forMs > 0) expect(begins).toContain(spanOf(rule.forMs));
    if (rule.keepForMs > 0) expect(ends).toContain(spanOf(rule.keepForMs));
  });
});
