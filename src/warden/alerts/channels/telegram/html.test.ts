import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../message.ts';
import { parseTelegramHtml } from '../../testing/telegram-html.ts';
import { MAX_TEXT, telegramHtml } from './html.ts';
import { calm, cut, cutSentence } from './text.ts';

const MOODS = ['ok', 'info', 'warning', 'error', 'critical'] as const;

const messageOf = (parts: Partial<Message>): Message => ({
  mood: 'critical',
  title: 'Memory is short',
  text: [],
  facts: [],
  items: [],
  total: parts.items?.length ?? 0,
  sections: [],
  links: [],
  attachment: null,
  about: null,
  ...parts,
});

const EVIL = '<b>x</b> & <a href="https://evil.test">&lt;</a> @victim /maintenance \u202e\u0007';

describe('telegramHtml', () => {
  it('puts what matters most first, in few tags', () => {
    const message = messageOf({
      title: 'CRITICAL on trader-1: 92 % of the memory',
      text: ['Likely cause: the cache.', 'Second.'],
      facts: [['Since', '03:00']],
      items: [
        { mood: 'critical', id: 'a1', text: 'One' },
        { mood: 'warning', id: 'b2', text: 'Two' },
      ],
      total: 12_002,
      sections: [{ title: 'Tried so far', lines: ['collect-garbage: 40 MB'] }],
      links: [
        { label: 'Runbook', url: 'https://example.com/r?a=1&b="2"' },
        { label: 'Dashboard', url: 'http://localhost:8420/' },
      ],
      attachment: { name: 'alerts.txt', text: 'all\n' },
    });
    expect(telegramHtml(message)).toEqual({
      text: [
        '🚨 <b>CRITICAL on trader-1: 92 % of the memory</b>',
        'Likely cause: the cache.',
        'Second.',
        'Since: 03:00',
        '🚨 CRITICAL <code>a1</code>: One\n⚠️ WARNING <code>b2</code>: Two\n… and 12,000 more',
        '<b>Tried so far:</b>\n• collect-garbage: 40 MB',
        '<a href="https://example.com/r?a=1&amp;b=&quot;2&quot;">Runbook</a>\nDashboard: http://localhost:8420/',
      ].join('\n\n'),
      entitiesLength: 233,
      attachment: { name: 'alerts.txt', text: 'all\n' },
    });
    expect(telegramHtml(message, { markup: false }).text).toContain(
      'Runbook: https://example.com/r?a=1&b="2"\n',
    );
  });

  it.each([
    ['ok', '✅ <b>OK Memory is short</b>'],
    ['info', 'ℹ️ <b>INFO Memory is short</b>'],
    ['warning', '⚠️ <b>WARNING Memory is short</b>'],
    ['error', '❌ <b>ERROR Memory is short</b>'],
    ['critical', '🚨 <b>CRITICAL Memory is short</b>'],
  ] as const)('%s is told by shape and word', (mood, text) => {
    expect(telegramHtml(messageOf({ mood })).text).toBe(text);
  });

  it('never becomes markup, calls nobody and offers no command', () => {
    const message = messageOf({
      title: EVIL,
      text: [EVIL],
      facts: [[EVIL, EVIL]],
      items: [{ mood: 'info', id: 'x', text: EVIL }],
      sections: [{ title: EVIL, lines: [EVIL] }],
      links: [{ label: EVIL, url: 'https://ok.test/' }],
    });
    const { text, entities } = parseTelegramHtml(telegramHtml(message).text);
    expect(entities.map(({ tag, href }) => [tag, href])).toEqual([
      ['b', null],
      ['code', null],
      ['b', null],
      ['a', 'https://ok.test/'],
    ]);
    expect(text.split('<b>x</b>')).toHaveLength(9);
    expect(text).toContain('&lt;');
    expect(text).not.toMatch(/(?<!\w)@\w|\/maintenance|\u202e|\u0007/);
  });

  it('10,000 alerts: the worst, how many more, and the list as a file', () => {
    const items = Array.from({ length: 10 }, (_, n) => ({
      mood: 'error' as const,
      id: `id${n}`,
      text: `Token ${n} ${'words & '.repeat(30)}`,
    }));
    const list = Array.from({ length: 10_000 }, (_, n) => `line ${n}`).join('\n');
    const message = messageOf({ items, total: 10_000, attachment: { name: 'alerts.txt', text: list } });
    const made = telegramHtml(message);
    const { text } = parseTelegramHtml(made.text);
    expect(text).toHaveLength(made.entitiesLength);
    expect(text.length).toBeLessThanOrEqual(MAX_TEXT);
    expect(text).toContain('ERROR id9: ');
    expect(text).toContain('… and 9,990 more');
    expect(made.attachment?.text).toContain('line 9999');
  });

  it('leaves out whole lines, says how many, and puts the whole into a file', () => {
    const lines = Array.from({ length: 200 }, (_, n) => `line ${n} ${'x'.repeat(60)}`);
    const made = telegramHtml(
      messageOf({
        text: ['First.'],
        sections: [
          { title: 'Tried', lines },
          { title: 'Last', lines: ['end'] },
        ],
        links: [{ label: 'Runbook', url: 'https://example.com/' }],
      }),
    );
    const { text } = parseTelegramHtml(made.text);
    const shown = text.split('\n').filter((line) => line.startsWith('• line '));
    expect(shown.length).toBeGreaterThan(40);
    expect(shown.every((line) => line.endsWith('x'.repeat(60)))).toBe(true);
    expect(text).toContain(`… and ${200 - shown.length} more`);
    expect(text).toContain('The rest is in the attached file.');
    expect(text.endsWith('Runbook')).toBe(true);
    expect(made.attachment?.name).toBe('message.txt');
    expect(made.attachment?.text).toContain('line 199');
    expect(made.attachment?.text).toContain('- end');
  });

  it('has no more markup than Telegram reads, and links come to the last', () => {
    const items = Array.from({ length: 130 }, (_, n) => ({ mood: 'info' as const, id: `i${n}`, text: 'x' }));
    const links = [{ label: 'Dashboard', url: 'https://example.com/' }];
    const { entities } = parseTelegramHtml(telegramHtml(messageOf({ items, links })).text);
    expect(entities).toHaveLength(100);
    expect(entities.at(-1)?.tag).toBe('a');
  });

  it('drops what is no address', () => {
    const links = ['javascript:alert(1)', 'https://a b', `https://a.test/${'x'.repeat(2_000)}`].map(
      (url) => ({
        label: 'L',
        url,
      }),
    );
    const made = telegramHtml(messageOf({ links }));
    expect(parseTelegramHtml(made.text).entities.map(({ tag }) => tag)).toEqual(['b']);
    expect(made.attachment?.text).toContain('x'.repeat(2_000));
  });

  const words = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({
      unit: fc.constantFrom('<', '>', '&', '"', '</b>', '&lt;', '\n', '😀', '\ud83d', ' ', '@a', 'a', '…'),
    }),
    fc.constantFrom('x'.repeat(5_000), '😀'.repeat(3_000), '&'.repeat(4_097), 'A sentence. '.repeat(400)),
  );
  const some = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { maxLength: 12 });
  const messages: fc.Arbitrary<Message> = fc.record({
    mood: fc.constantFrom(...MOODS),
    title: words,
    text: some(words),
    facts: some(fc.tuple(words, words)),
    items: some(fc.record({ mood: fc.constantFrom(...MOODS), id: words, text: words })),
    total: fc.nat(20_000),
    sections: some(fc.record({ title: words, lines: some(words) })),
    links: some(
      fc.record({ label: words, url: fc.oneof(words, fc.webUrl()).map((url) => url.replaceAll('@', '')) }),
    ),
    attachment: fc.option(fc.record({ name: words, text: words })),
    about: fc.constant(null),
  });

  it('any message is taken by Telegram, holds its title and first sentence, and nothing of it is markup', () => {
    fc.assert(
      fc.property(messages, fc.constantFrom(MAX_TEXT, MAX_TEXT / 2), (message, max) => {
        const made = telegramHtml(message, { max });
        const { text, entities } = parseTelegramHtml(made.text);
        expect(text.length).toBeLessThanOrEqual(made.entitiesLength);
        expect(made.entitiesLength).toBeLessThanOrEqual(max);
        expect(made.text.length).toBeLessThan(40_000);
        expect(entities.length).toBeLessThanOrEqual(100);
        const begins = (whole: string): string => cut(whole, 300).replace(/…$/, '').trim();
        expect(text).toContain(begins(calm(message.title)));
        expect(text).toContain(begins(calm(message.text[0] ?? '')));
        // Every tag is one of ours, and every address is one of the message.
        const urls = new Set(message.links.map(({ url }) => url));
        for (const { tag, href } of entities) {
          expect(['b', 'code', 'a']).toContain(tag);
          if (tag === 'a') expect(urls.has(href ?? '')).toBe(true);
        }
        expect(text).not.toMatch(/(?<!\w)@\w/);
        const plain = telegramHtml(message, { max, markup: false });
        expect(plain.text.length).toBeLessThanOrEqual(max);
        expect(plain.text).not.toMatch(/\p{Surrogate}/u);
      }),
      { numRuns: 100 },
    );
  });
});

describe('cutting', () => {
  it.each([
    ['short', 10, 'short'],
    ['one two three', 9, 'one two…'],
    ['abcdefghij', 5, 'abcd…'],
    ['abc😀def', 5, 'abc…'],
  ])('%s to %i: %s', (text, max, expected) => {
    expect(cut(text, max)).toBe(expected);
  });

  it('ends after a sentence where there is one', () => {
    expect(cutSentence('This is one. This is two. This is three, and it is long.', 40)).toBe(
      'This is one. This is two. …',
    );
    expect(cutSentence('A. Then comes one that has no end for so long that it is cut', 30)).toBe(
      'A. Then comes one that has…',
    );
  });
});
