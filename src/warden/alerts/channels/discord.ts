import { FormData } from 'undici';
import { z } from 'zod';
import { fitInto } from '../fit.ts';
import type { Message } from '../message.ts';
import { itemLines } from '../plain-text.ts';
import { shorten } from '../words.ts';
import type { ChannelType } from './channel.ts';
import { createHttp, deliveryOf, inJson } from './http.ts';
import { leftOutText, markOf } from './marks.ts';
import { isoTime } from './prometheus-alert.ts';
import { httpUrl, timeout } from './settings.ts';

const MAX_CONTENT = 2_000;
const MAX_DESCRIPTION = 4_096;
const MAX_EMBED = 6_000;
const MAX_FIELDS = 25;
const MAX_FIELD_NAME = 256;
const MAX_FIELD_VALUE = 1_024;
/** Discord refuses larger files. */
const MAX_FILE = 8_000_000;
const LONGEST_WAIT_MS = 86_400_000;
const COLOURS = {
  ok: 0x2e8b57,
  info: 0x3178c6,
  warning: 0xf2a900,
  error: 0xd9480f,
  critical: 0xd6336c,
} as const;

const schema = z.strictObject({ url: httpUrl(), timeout: timeout() });

/** Text in which nothing is markup: no style, link, mention, list or heading. */
export const escapeDiscord = (text: string): string =>
  text
    .replaceAll(/[\\*_~`|<>[\]@#]/g, '\\$&')
    .replaceAll(/:(?=\/\/)/g, '\\:')
    .replaceAll(/^(\s*)([-+]|\d+\.)(?=\s)/gm, (_, space: string, list: string) =>
      list.length === 1 ? `${space}\\${list}` : `${space}${list.replace('.', '\\.')}`,
    );

/** A bracket ends the address of a link. */
const linkUrl = (url: string): string =>
  url.replaceAll('(', '%28').replaceAll(')', '%29').replaceAll(/\s/g, '%20');

interface Field {
  readonly name: string;
  readonly value: string;
  readonly inline?: boolean;
}
interface Embed {
  readonly description: string;
  readonly color: number;
  readonly fields: readonly Field[];
}
interface Post {
  /** All that a lock screen shows. */
  readonly content: string;
  readonly embed: Embed;
}

function postOf(message: Message): Post {
  const { mood, title, text, facts, sections, links } = message;
  const lines = (all: readonly string[]): string => all.map(escapeDiscord).join('\n');
  const linkLine = links.map(({ label, url }) => `[${escapeDiscord(label)}](${linkUrl(url)})`).join(' · ');
  const description = [...text.map(escapeDiscord), lines(itemLines(message)), linkLine].filter(
    (block) => block !== '',
  );
  return {
    content: `${markOf(mood)} ${escapeDiscord(title)}`,
    embed: {
      description: description.join('\n\n'),
      color: COLOURS[mood],
      fields: [
        ...facts.map(([label, value]) => ({
          name: escapeDiscord(label),
          value: escapeDiscord(value),
          inline: value.length <= 40,
        })),
        ...sections.map((one) => ({
          name: escapeDiscord(one.title),
          value: lines(one.lines.map((line) => `• ${line}`)),
        })),
      ].filter(({ name, value }) => name !== '' && value !== ''),
    },
  };
}

const fits = ({ content, embed: { description, fields } }: Post): boolean =>
  content.length <= MAX_CONTENT &&
  description.length <= MAX_DESCRIPTION &&
  fields.length <= MAX_FIELDS &&
  fields.every(({ name, value }) => name.length <= MAX_FIELD_NAME && value.length <= MAX_FIELD_VALUE) &&
  fields.reduce((sum, { name, value }) => sum + name.length + value.length, description.length) <= MAX_EMBED;

/** What is posted to a webhook of Discord. Pure. */
export function discordBody(
  message: Message,
  at: number,
): { readonly body: string; readonly shortened: boolean } {
  const { form, shortened } = fitInto(message, postOf, fits);
  const { content, embed } = form;
  const timestamp = isoTime(at);
  return {
    body: JSON.stringify({
      content,
      embeds:
        embed.description === '' && embed.fields.length === 0
          ? []
          : [{ ...embed, ...(timestamp === null ? {} : { timestamp }) }],
      // Nobody is called by what is in a text.
      allowed_mentions: { parse: [] },
    }),
    shortened,
  };
}

/** Discord tells in the body how many seconds to wait, with a fraction. */
function waitOf(body: string): number | null {
  const seconds = inJson(body, 'retry_after');
  return typeof seconds === 'number' && seconds >= 0
    ? Math.min(LONGEST_WAIT_MS, Math.ceil(1_000 * seconds))
    : null;
}

/** Posts to a webhook of Discord, with the whole list as a file. Such a webhook knows no answers to a message. */
export const discord: ChannelType<typeof schema> = {
  type: 'discord',
  about: 'Posts to a webhook of Discord.',
  schema,
  async create(settings, { clock, name }) {
    const http = createHttp(clock, settings.timeout);
    const url = new URL(settings.url);
    // Else it answers before it has looked at the message.
    url.searchParams.set('wait', 'true');
    return {
      paces: [
        { calls: 5, perMs: 2_000 },
        { calls: 30, perMs: 60_000 },
      ],
      async deliver(notice, message, { signal }) {
        const { body, shortened } = discordBody(message, notice.at);
        const outcome = await http.send(
          { method: 'POST', url: url.href, ...requestOf(body, message) },
          signal,
        );
        return deliveryOf(outcome, {
          who: 'Discord',
          denied: `Make a new webhook in Discord and set it as \`url\` of the channel ${name}.`,
          gone: `The webhook is gone: make a new one in Discord and set it as \`url\` of the channel ${name}.`,
          ref: (answer) => {
            const id = inJson(answer, 'id');
            return typeof id === 'string' ? id : null;
          },
          retryAfterMs: waitOf,
          leftOut: leftOutText(message, shortened, true),
        });
      },
      async check(signal) {
        const outcome = await http.send({ method: 'GET', url: settings.url }, signal);
        const delivery = deliveryOf(outcome, {
          who: 'Discord',
          denied: 'Make a new webhook.',
          gone: 'Make a new webhook.',
        });
        return delivery.kind === 'sent'
          ? { ok: true, why: 'Discord knows the webhook.' }
          : { ok: false, why: delivery.why };
      },
      close: () => http.close(),
    };
  },
};

function requestOf(
  body: string,
  { attachment }: Message,
): { readonly body: string | FormData; readonly headers?: Record<string, string> } {
  if (attachment === null) return { body, headers: { 'content-type': 'application/json' } };
  const form = new FormData();
  form.set('payload_json', body);
  form.set(
    'files[0]',
    new Blob([shorten(attachment.text, MAX_FILE)], { type: 'text/plain' }),
    attachment.name,
  );
  return { body: form };
}
