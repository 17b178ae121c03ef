import { z } from 'zod';
import { fitInto } from '../fit.ts';
import type { Message } from '../message.ts';
import { itemLines } from '../plain-text.ts';
import { shorten } from '../words.ts';
import type { ChannelType } from './channel.ts';
import { createHttp, deliveryOf } from './http.ts';
import { leftOutText, markOf } from './marks.ts';
import { httpUrl, timeout } from './settings.ts';

const MAX_BLOCKS = 50;
const MAX_SECTION = 3_000;
const MAX_HEADER = 150;
/** Slack cuts it off, and shows it only where it shows no blocks. */
const MAX_FALLBACK = 1_000;

const schema = z.strictObject({ url: httpUrl(), timeout: timeout() });

/** The three characters that Slack reads as markup anywhere, so also mentions. */
export const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

interface SlackText {
  readonly type: 'plain_text' | 'mrkdwn';
  readonly text: string;
  readonly emoji?: boolean;
  readonly verbatim?: boolean;
}
interface SlackBlock {
  readonly type: 'header' | 'section' | 'context';
  readonly text?: SlackText;
  readonly elements?: readonly SlackText[];
}

/** What others named is plain text, in which stars and underscores are themselves. */
const plain = (text: string): SlackText => ({ type: 'plain_text', text: escapeSlack(text), emoji: false });
const section = (text: SlackText): SlackBlock => ({ type: 'section', text });

function bodyOf(message: Message): { readonly text: string; readonly blocks: readonly SlackBlock[] } {
  const { mood, title, text, facts, sections, links } = message;
  const heading = `${markOf(mood)} ${title}`;
  const lists = [
    facts.map(([label, value]) => `${label}: ${value}`),
    itemLines({ ...message, attachment: null }),
  ].filter((lines) => lines.length > 0);
  return {
    text: shorten(escapeSlack(heading), MAX_FALLBACK),
    blocks: [
      { type: 'header', text: plain(headerOf(heading)) },
      // The header holds less than a title may have.
      ...(headerOf(heading) !== heading ? [section(plain(title))] : []),
      ...text.map((paragraph) => section(plain(paragraph))),
      ...lists.map((lines) => section(plain(lines.join('\n')))),
      ...sections.map((one) =>
        section(plain([`${one.title}:`, ...one.lines.map((line) => `• ${line}`)].join('\n'))),
      ),
      ...(links.length === 0
        ? []
        : [
            section({
              type: 'mrkdwn',
              text: links.map(({ label, url }) => `<${linkUrl(url)}|${linkLabel(label)}>`).join('  '),
              verbatim: true,
            }),
          ]),
    ],
  };
}

/** As much as a header holds once it is escaped. */
function headerOf(heading: string): string {
  let max = MAX_HEADER;
  while (escapeSlack(shorten(heading, max)).length > MAX_HEADER) max -= 1;
  return shorten(heading, max);
}

/** `|` and `>` end the address of a link. */
const linkUrl = (url: string): string => escapeSlack(url).replaceAll('|', '%7C');
const linkLabel = (label: string): string =>
  escapeSlack(label)
    .replaceAll('|', '/')
    .replaceAll(/[*_~`]/g, ' ');

/** What is posted to an incoming webhook of Slack. Pure. */
export function slackBody(message: Message): { readonly body: string; readonly shortened: boolean } {
  const { form, shortened } = fitInto(
    message,
    bodyOf,
    ({ blocks }) =>
      blocks.length <= MAX_BLOCKS && blocks.every(({ text }) => (text?.text.length ?? 0) <= MAX_SECTION),
  );
  return { body: JSON.stringify({ ...form, unfurl_links: false, unfurl_media: false }), shortened };
}

/** Posts to an incoming webhook of Slack. Such a webhook knows neither threads nor files. */
export const slack: ChannelType<typeof schema> = {
  type: 'slack',
  about: 'Posts to an incoming webhook of Slack.',
  schema,
  async create(settings, { clock, name }) {
    const http = createHttp(clock, settings.timeout);
    return {
      paces: [{ calls: 1, perMs: 1_000 }],
      async deliver(_notice, message, { signal }) {
        const { body, shortened } = slackBody(message);
        const headers = { 'content-type': 'application/json' };
        const outcome = await http.send({ method: 'POST', url: settings.url, headers, body }, signal);
        return deliveryOf(outcome, {
          who: 'Slack',
          denied: `Allow the app to post, or make a new webhook and set it as \`url\` of the channel ${name}.`,
          gone: `The webhook or its channel is gone: make a new one and set it as \`url\` of the channel ${name}.`,
          leftOut: leftOutText(message, shortened, false),
        });
      },
      close: () => http.close(),
    };
  },
};
