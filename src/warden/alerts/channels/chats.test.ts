import { describe, expect, test } from 'vitest';
import { silentLogger, type LogFields, type Logger } from '../../../kernel/index.ts';
import { compose } from '../compose.ts';
import type { Message } from '../message.ts';
import { OPTIONS } from '../testing/golden.ts';
import { CASES, alertOf, manyOf, noticeOf } from '../testing/notices.ts';
import { terminal } from './console.ts';
import { discordBody, escapeDiscord } from './discord.ts';
import { log } from './log.ts';
import { leftOutText } from './marks.ts';
import { ntfy, ntfyBody } from './ntfy.ts';
import { escapeSlack, slackBody } from './slack.ts';
import { deliver, open } from './testing/deliver.ts';

const fire = { kind: 'firing', update: false } as const;
const notice = noticeOf(fire);
const messageOf = (one = notice): Message => compose(one, OPTIONS);
const long = 'A very long sentence of somebody who explains all. '.repeat(40);
const huge: Message = {
  ...messageOf(manyOf(10_000, long)),
  text: Array.from({ length: 60 }, () => long),
  facts: Array.from({ length: 60 }, (_, n) => [`${n} ${long}`, long] as const),
  sections: Array.from({ length: 60 }, () => ({
    title: long,
    lines: Array.from({ length: 60 }, () => long),
  })),
};

interface SlackBody {
  readonly text: string;
  readonly blocks: readonly {
    readonly type: string;
    readonly text: { readonly type: string; readonly text: string };
  }[];
}
const slackOf = (message: Message): SlackBody => JSON.parse(slackBody(message).body) as SlackBody;

describe('slack', () => {
  test('escapes what it reads as markup, and leaves the rest', () => {
    expect(escapeSlack('<!channel> & <@U1> *b* _i_')).toBe('&lt;!channel&gt; &amp; &lt;@U1&gt; *b* _i_');
  });

  test('only links are in its markup; the text of others is plain', () => {
    const evil = '<!here> *bold* <http://evil|safe>';
    const { text, blocks } = slackOf(messageOf(noticeOf(fire, [alertOf({ summary: evil, cause: evil })])));
    expect(text).not.toContain('<');
    const marked = blocks.filter((block) => block.text.type === 'mrkdwn');
    expect(marked.map((block) => block.text.text)).toEqual([
      '<http://127.0.0.1:8420/|Dashboard>  <https://example.com/moonwarden/docs/runbooks/process.memory.md|Runbook>',
    ]);
    for (const block of blocks)
      if (block.text.type === 'plain_text') expect(block.text.text).not.toMatch(/[<>]/);
  });

  test('an address cannot end its link', () => {
    const links = [{ label: 'a|b*c', url: 'https://x/?a=1|2>3&b' }];
    const body = slackOf({ ...messageOf(), links });
    expect(body.blocks.at(-1)?.text.text).toBe('<https://x/?a=1%7C2&gt;3&amp;b|a/b c>');
  });

  test('stays within 50 blocks, 3,000 characters each, 150 in the header', () => {
    const { shortened } = slackBody(huge);
    const { blocks } = slackOf(huge);
    expect(shortened).toBe(true);
    expect(blocks.length).toBeLessThanOrEqual(50);
    expect(Math.max(...blocks.map(({ text }) => text.text.length))).toBeLessThanOrEqual(3_000);
    expect(blocks[0]?.text.text.length).toBeLessThanOrEqual(150);
    expect(slackBody(messageOf()).shortened).toBe(false);
  });

  test('a title that is too long for the header is told in full below', () => {
    const title = `CRITICAL: ${'x'.repeat(180)}`;
    const { blocks } = slackOf({ ...messageOf(), title });
    expect(blocks[0]?.text.text).toHaveLength(150);
    expect(blocks[1]?.text.text).toBe(title);
  });

  test('a header of escapes stays within its limit', () => {
    const { blocks } = slackOf({ ...messageOf(), title: '&'.repeat(149) });
    expect(blocks[0]?.text.text.length).toBeLessThanOrEqual(150);
  });
});

interface DiscordBody {
  readonly content: string;
  readonly embeds: readonly {
    readonly description: string;
    readonly fields: readonly { readonly name: string; readonly value: string }[];
  }[];
  readonly allowed_mentions: unknown;
}
const discordOf = (message: Message): DiscordBody =>
  JSON.parse(discordBody(message, notice.at).body) as DiscordBody;

describe('discord', () => {
  test.each([
    [
      '**bold** _it_ ~~no~~ `code` ||spoiler||',
      '\\*\\*bold\\*\\* \\_it\\_ \\~\\~no\\~\\~ \\`code\\` \\|\\|spoiler\\|\\|',
    ],
    ['[safe](https://evil)', '\\[safe\\](https\\://evil)'],
    ['<@1> @everyone', '\\<\\@1\\> \\@everyone'],
    ['# big\n> quote\n- list\n12. list', '\\# big\n\\> quote\n\\- list\n12\\. list'],
    ['back\\slash', 'back\\\\slash'],
    ['process.memory is 92 % (12 min)', 'process.memory is 92 % (12 min)'],
  ])('%s stays text', (text, escaped) => {
    expect(escapeDiscord(text)).toBe(escaped);
  });

  test('an address cannot end its link', () => {
    const links = [{ label: 'a]b', url: 'https://x/?a=(1) 2' }];
    expect(discordOf({ ...messageOf(), links }).embeds[0]?.description).toContain(
      '[a\\]b](https://x/?a=%281%29%202)',
    );
  });

  test('calls nobody, and stays within its limits', () => {
    const { content, embeds, allowed_mentions } = discordOf(huge);
    expect(allowed_mentions).toEqual({ parse: [] });
    expect(content.length).toBeLessThanOrEqual(2_000);
    const [embed] = embeds;
    expect(embed?.description.length).toBeLessThanOrEqual(4_096);
    expect(embed?.fields.length).toBeLessThanOrEqual(25);
    const lengths = (embed?.fields ?? []).flatMap(({ name, value }) => [name.length, value.length]);
    expect(lengths.reduce((sum, one) => sum + one, embed?.description.length ?? 0)).toBeLessThanOrEqual(
      6_000,
    );
    expect(Math.max(0, ...lengths)).toBeLessThanOrEqual(1_024);
    expect(Math.min(1, ...lengths)).toBe(1);
  });

  const bare: Message = { ...messageOf(), text: [], facts: [], items: [], sections: [], links: [] };
  const factsOf = (count: number, length: number): Message['facts'] =>
    Array.from({ length: count }, (_, n) => [`f${n}`, 'x'.repeat(length)] as const);

  test.each([
    ['26 short fields', { facts: factsOf(26, 3) }],
    ['a description of 5,000 characters', { text: Array.from({ length: 10 }, () => 'x'.repeat(500)) }],
    [
      'a description of 3,900 and fields of 2,400',
      { text: Array.from({ length: 13 }, () => 'x'.repeat(300)), facts: factsOf(24, 98) },
    ],
    ['a field of 1,100 characters', { facts: factsOf(1, 1_100) }],
  ])('%s: no more than it takes', (_, parts) => {
    const message = { ...bare, ...parts };
    expect(discordBody(message, notice.at).shortened).toBe(true);
    const [embed] = discordOf(message).embeds;
    const lengths = (embed?.fields ?? []).map(({ name, value }) => name.length + value.length);
    const described = embed?.description.length ?? 0;
    expect(lengths.length).toBeLessThanOrEqual(25);
    expect(described).toBeLessThanOrEqual(4_096);
    expect(Math.max(0, ...lengths)).toBeLessThanOrEqual(1_024);
    expect(lengths.reduce((sum, one) => sum + one, described)).toBeLessThanOrEqual(6_000);
  });

  test('a message that is only a title is one', () => {
    const only = { ...messageOf(), text: [], facts: [], items: [], sections: [], links: [] };
    expect(discordOf(only)).toMatchObject({ content: `🔴 ${only.title}`, embeds: [] });
  });
});

describe('ntfy', () => {
  const bodyOf = (one: typeof notice, message: Message) =>
    JSON.parse(ntfyBody(one, message, 't').body) as Readonly<Record<string, unknown>>;

  test.each([
    ['memory', 5],
    ['performance', 4],
    ['breaker-state', 3],
    ['resolved', 2],
    ['daily-report', 2],
    ['test', 3],
  ])('%s has priority %i', (name, priority) => {
    const one = CASES[name] ?? notice;
    expect(bodyOf(one, messageOf(one))['priority']).toBe(priority);
  });

  test('a message has at most 4,096 bytes, and no character is cut in two', () => {
    const wide = '🚀ü'.repeat(3_000);
    const body = bodyOf(notice, { ...messageOf(), text: [wide, wide, wide], facts: [] });
    const text = String(body['message']);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_096);
    expect(text).not.toMatch(/\p{Surrogate}/u);
    const facts = Array.from({ length: 20 }, () => ['x', 'ü'.repeat(150)] as const);
    const bytes = Buffer.byteLength(
      String(bodyOf(notice, { ...messageOf(), facts, sections: [] })['message']),
    );
    expect(bytes).toBeLessThanOrEqual(4_096);
    expect(Buffer.byteLength(String(bodyOf(notice, huge)['message']))).toBeLessThanOrEqual(4_096);
    expect(bodyOf(notice, huge)['message']).not.toBe('');
  });

  test('three links are buttons, the first is opened by a touch', () => {
    const one = CASES['firing-several'] ?? notice;
    const body = bodyOf(one, messageOf(one));
    expect(body['click']).toBe('http://127.0.0.1:8420/');
    expect(body['actions']).toHaveLength(3);
  });

  test.each([['a/b'], ['x'.repeat(65)], ['']])('%s is no topic', (topic) => {
    expect(ntfy.schema.safeParse({ topic }).success).toBe(false);
  });
});

test('what was left out is said', () => {
  const message = messageOf(manyOf(10_000));
  expect(leftOutText(message, false, true)).toBeNull();
  expect(leftOutText(message, true, true)).toBe('Shortened to what the channel can carry.');
  expect(leftOutText(message, false, false)).toContain('no files');
  expect(leftOutText({ ...message, attachment: null }, false, false)).toBeNull();
});

describe('where nothing can fail', () => {
  test('the log has one line of the right level', async () => {
    const lines: [string, string, LogFields | undefined][] = [];
    const record: Logger = {
      ...silentLogger,
      info: (msg, fields) => lines.push(['info', msg, fields]),
      critical: (msg, fields) => lines.push(['critical', msg, fields]),
    };
    const channel = await open(log, {}, { log: record });
    expect(await deliver(channel, notice)).toEqual({ kind: 'sent', ref: null });
    await deliver(channel, CASES['resolved'] ?? notice);
    expect(lines.map(([level, msg]) => [level, msg.slice(0, 20)])).toEqual([
      ['critical', 'CRITICAL on trader-1'],
      ['info', 'Resolved on trader-1'],
    ]);
    expect(lines[0]?.[2]).toMatchObject({ kind: 'firing', alerts: ['a1b2c3d4'], total: 1 });
  });

  test('the terminal shows the text, and obeys nothing in it', async () => {
    const printed: string[] = [];
    const channel = await open(terminal, {}, { print: (text) => printed.push(text) });
    const evil: Message = { ...messageOf(), title: 'x\u001b[2J' };
    const context = {
      key: 'k',
      thread: null,
      signal: new AbortController().signal,
      memory: {},
      remember: () => undefined,
    };
    expect(await channel.deliver(notice, evil, context)).toEqual({ kind: 'sent', ref: null });
    expect(printed[0]?.split('\n')[0]).toBe('x\\u001b[2J');
    expect(printed[0]).toContain('What you can do:\n- Run `moonwarden');
  });

  test('a terminal that nobody sees takes nothing, and says so', async () => {
    expect(await deliver(await open(terminal, {}), notice)).toMatchObject({
      kind: 'dead',
      why: expect.stringContaining('night') as string,
    });
  });
});
