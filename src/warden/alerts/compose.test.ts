import { describe, expect, test } from 'vitest';
import { compose } from './compose.ts';
import { fitInto } from './fit.ts';
import { localTime } from './local-time.ts';
import { plainText } from './plain-text.ts';
import { OPTIONS } from './testing/golden.ts';
import { AT, CASES, alertOf, manyOf, noticeOf } from './testing/notices.ts';
import { oneLine, severitiesText, shorten } from './words.ts';

const fire = { kind: 'firing', update: false } as const;

describe('time', () => {
  test.each([
    ['today, in its own zone', 'Europe/Berlin', AT, '03:12 Europe/Berlin'],
    [
      'yesterday there, though today in UTC',
      'America/New_York',
      AT - 3 * 3_600_000,
      '18:12 America/New_York',
    ],
    ['another day', 'UTC', AT - 86_400_000, '2 Mar 02:12 UTC'],
    ['another year', 'UTC', Date.UTC(2025, 11, 31, 23, 59), '31 Dec 2025 23:59 UTC'],
    ['a quarter of an hour, half around the world', 'Pacific/Chatham', AT, '15:57 Pacific/Chatham'],
    ['midnight', 'UTC', Date.UTC(2026, 2, 3), '00:00 UTC'],
    ['a zone that nobody knows', 'Mars/Olympus', AT, '02:12 UTC'],
    ['no time', 'UTC', NaN, 'an unknown time UTC'],
  ])('%s', (_, zone, at, text) => {
    expect(localTime(zone).moment(at, AT)).toBe(text);
  });

  test('a range over midnight names both days', () => {
    expect(localTime('UTC').range(AT - 86_400_000, AT, AT)).toBe('from 2 Mar 02:12 to 3 Mar 02:12 UTC');
    expect(localTime('UTC').range(AT - 60_000, AT, AT)).toBe('from 02:11 to 02:12 UTC');
  });
});

describe('what a message says', () => {
  const text = (alert = alertOf(), options = OPTIONS): string =>
    plainText(compose(noticeOf(fire, [alert]), options));

  test('what, where, since when, value against level, cause, tried, next, to do, links', () => {
    const said = text(alertOf({ labels: { pool: 'hot' } }));
    for (const part of [
      'CRITICAL on trader-1: The process holds 92 % of the memory',
      'Where: process (pool hot) on trader-1',
      'Since: 03:00 Europe/Berlin, for 12 min',
      'Value: 92 %, over the level of 90 %',
      'Worst value: 95 %',
      'Likely cause: The cache of tokens grew',
      'Tried so far:\n- 03:02 collect-garbage',
      'What happens next:\n- The process is restarted',
      'What you can do:\n- Run `moonwarden signals',
      'Dashboard: http://127.0.0.1:8420/',
      'Runbook: https://example.com/moonwarden/docs/runbooks/process.memory.md',
    ])
      expect(said).toContain(part);
    expect(said).not.toContain('Report it.');
  });

  test.each([
    ['under a lower level', { value: 0.4, limit: 0.5 }, 'Value: 40 %, under the level of 50 %'],
    ['at the level', { value: 0.5, limit: 0.5 }, 'Value: 50 %, at the level of 50 %'],
    [
      'over it by less than is shown',
      { value: 312, limit: 300, unit: 's' },
      'Value: 5 min, just over the level of 5 min',
    ],
    ['no level', { value: 3, limit: null, unit: 'tokens' }, 'Value: 3 tokens\n'],
    ['bytes', { value: 1.23e9, limit: 1e9, unit: 'bytes' }, 'Value: 1.23 GB, over the level of 1 GB'],
  ])('value: %s', (_, changes, line) => {
    expect(text(alertOf(changes))).toContain(line);
  });

  test('no value, no line', () => {
    expect(text(alertOf({ value: null, limit: null, peak: null }))).not.toMatch(/value/i);
  });

  test('the summary is said once, in the title, or in the text where that cuts it', () => {
    const said = (summary: string): number =>
      text(alertOf({ summary })).split(summary.slice(0, 40)).length - 1;
    expect(said('The process holds 92 % of the memory that it may use.')).toBe(1);
    const long = `The process holds a lot of memory that it ${'should not and '.repeat(20)}has.`;
    expect(said(long)).toBe(2);
    expect(text(alertOf({ summary: long }))).toContain(`\n${long}\n`);
  });

  test('without a base the path of a runbook is told, and what no browser opens is no link', () => {
    const bare = { ...OPTIONS, runbookBase: null, dashboardUrl: null };
    expect(text(alertOf(), bare)).toContain('Runbook: docs/runbooks/process.memory.md');
    expect(compose(noticeOf(fire), bare).links).toEqual([]);
    const { links } = compose(noticeOf(fire, [alertOf({ runbook: 'javascript:alert(1)' })]), bare);
    expect(links).toEqual([]);
  });

  test('buttons are about the one alert that is there', () => {
    expect(compose(CASES['memory'] ?? noticeOf(fire), OPTIONS).about).toBe('a1b2c3d4');
    for (const name of ['resolved', 'flapping-ended', 'firing-several', 'daily-report', 'test'])
      expect(compose(CASES[name] ?? noticeOf(fire), OPTIONS).about, name).toBeNull();
  });

  test('what a stranger named stays on its line, and no terminal obeys it', () => {
    const evil = 'x\r\nBcc: a@b\u001b[2J\u202Egnp\ud800';
    const message = compose(
      noticeOf(fire, [
        alertOf({
          summary: evil,
          labels: { [evil]: evil },
          cause: evil,
          tried: [evil],
          next: evil,
          nextSteps: [evil],
          id: evil,
          component: evil,
          incident: evil,
        }),
      ]),
      { ...OPTIONS, source: evil },
    );
    const said = [
      message.title,
      ...message.text,
      ...message.facts.flat(),
      ...message.sections.flatMap(({ lines }) => lines),
    ];
    expect(said.length).toBeGreaterThan(10);
    for (const one of said) expect(one).not.toMatch(/[\p{Cc}\p{Cf}\p{Surrogate}]/u);
    expect(message.title).toContain('x Bcc: a@b');
  });

  test('10,000 alerts: totals, the first ten, and the whole list beside', () => {
    const message = compose(manyOf(10_000), OPTIONS);
    expect(message.items).toHaveLength(10);
    expect(message.total).toBe(10_000);
    expect(message.title).toBe('CRITICAL on trader-1: 10,000 alerts (1 critical, 39 errors, 9,960 warnings)');
    expect(message.attachment?.text.trimEnd().split('\n')).toHaveLength(10_000);
    expect(plainText(message)).toContain('9,990 more; all are in alerts.txt.');
    expect(plainText({ ...message, attachment: null })).toContain('9,990 more.');
  });

  test('now is when the notice was made, or as told', () => {
    const later = { ...OPTIONS, now: AT + 3_600_000 };
    expect(plainText(compose(noticeOf(fire), later))).toContain('for 72 min');
  });
});

test('a cut leaves characters whole', () => {
  expect(shorten('abc', 3)).toBe('abc');
  expect(shorten('abcd', 3)).toBe('ab…');
  expect(shorten('a🚀🚀', 3)).toBe('a…');
  expect(oneLine(' a \n b\u0000 ')).toBe('a b\\u0000');
});

test('severities, the gravest first', () => {
  expect(severitiesText({ info: 0, warning: 2, error: 1, critical: 3 })).toBe(
    '3 critical, 1 error, 2 warnings',
  );
});

describe('fitting', () => {
  const long = 'word '.repeat(400);
  const message = compose(
    noticeOf(
      fire,
      Array.from({ length: 10 }, () =>
        alertOf({
          summary: long,
          cause: long,
          next: long,
          tried: [long, long],
          nextSteps: [long, long, long],
        }),
      ),
    ),
    OPTIONS,
  );

  test('what fits is left as it is', () => {
    expect(fitInto(message, plainText, () => true)).toEqual({ form: plainText(message), shortened: false });
  });

  test.each([4_096, 2_000, 1_000, 300, 101])('%i characters are kept to, and the title stays', (max) => {
    const { form, shortened } = fitInto(message, plainText, (text) => text.length <= max);
    expect(form.length).toBeLessThanOrEqual(max);
    expect(form.length).toBeGreaterThan(Math.min(40, max / 4));
    expect(shortened).toBe(true);
    expect(form).toMatch(/^CRITICAL on trader-1/);
  });

  test('the links outlive the last sections', () => {
    const { form } = fitInto(message, plainText, (text) => text.length <= 2_000);
    expect(form).toContain('Dashboard: ');
  });
});
