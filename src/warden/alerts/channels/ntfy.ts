import { z } from 'zod';
import { text } from '../../config/index.ts';
import { fitInto } from '../fit.ts';
import type { Message } from '../message.ts';
import type { Notice } from '../notice.ts';
import { plainBody } from '../plain-text.ts';
import { shorten } from '../words.ts';
import type { ChannelType } from './channel.ts';
import { createHttp, deliveryOf, inJson } from './http.ts';
import { leftOutText } from './marks.ts';
import { headerValue, httpUrl, timeout } from './settings.ts';

const MAX_MESSAGE_BYTES = 4_096;
const MAX_TITLE = 200;
/** All that ntfy shows. */
const MAX_ACTIONS = 3;

/** 5 rings through; an end is quiet. */
const PRIORITIES = { ok: 2, info: 2, warning: 3, error: 4, critical: 5 } as const;
const TAGS = {
  ok: 'white_check_mark',
  info: 'information_source',
  warning: 'warning',
  error: 'orange_circle',
  critical: 'rotating_light',
} as const;

const schema = z.strictObject({
  /** Of the server. */
  url: httpUrl().default('https://ntfy.sh'),
  /** Who knows it can read along: it is as good as a password. */
  topic: text({ max: 64 }).regex(/^[-_A-Za-z0-9]{1,64}$/, 'must be letters, digits, - and _'),
  token: headerValue().nullable().default(null),
  user: text().nullable().default(null),
  password: text({ max: 1_000 }).nullable().default(null),
  timeout: timeout(),
});

/** What is posted to ntfy. Pure. */
export function ntfyBody(
  notice: Pick<Notice, 'kind'>,
  message: Message,
  topic: string,
): { readonly body: string; readonly shortened: boolean } {
  const { mood, title, links } = message;
  const { form, shortened } = fitInto(
    { ...message, attachment: null },
    // The links are buttons.
    (one) => plainBody({ ...one, links: [] }).trimEnd(),
    (one) => Buffer.byteLength(one) <= MAX_MESSAGE_BYTES,
  );
  const [click] = links;
  return {
    body: JSON.stringify({
      topic,
      title: shorten(title, MAX_TITLE),
      // Without one ntfy would write "triggered".
      message: form === '' ? title.slice(0, MAX_TITLE) : form,
      priority: notice.kind === 'test' ? 3 : PRIORITIES[mood],
      tags: [TAGS[mood], notice.kind],
      ...(click === undefined ? {} : { click: click.url }),
      ...(links.length === 0
        ? {}
        : { actions: links.slice(0, MAX_ACTIONS).map(({ label, url }) => ({ action: 'view', label, url })) }),
    }),
    shortened,
  };
}

/** Pushes to phones by a server of ntfy. */
export const ntfy: ChannelType<typeof schema> = {
  type: 'ntfy',
  about: 'Pushes to phones by ntfy (ntfy.sh or a server of your own).',
  schema,
  async create(settings, { clock, name }) {
    const { url, topic, token, user, password } = settings;
    const http = createHttp(clock, settings.timeout);
    const basic = user === null ? null : Buffer.from(`${user}:${password ?? ''}`).toString('base64');
    const authorization = token === null ? (basic === null ? null : `Basic ${basic}`) : `Bearer ${token}`;
    const headers = {
      'content-type': 'application/json',
      ...(authorization === null ? {} : { authorization }),
    };
    const hints = {
      who: 'ntfy',
      denied: `Correct \`token\`, or \`user\` and \`password\`, of the channel ${name}, or let them write to its topic.`,
      gone: `Correct \`url\` of the channel ${name}: the address of the server, without the topic.`,
    };
    const secrets = [token, password, basic, topic];
    return {
      // What the public server lets pass: 60 at once, then one in 5 s.
      paces: [{ calls: 60, perMs: 300_000 }],
      async deliver(notice, message, { signal }) {
        const { body, shortened } = ntfyBody(notice, message, topic);
        const outcome = await http.send({ method: 'POST', url, headers, body, secrets }, signal);
        return deliveryOf(outcome, {
          ...hints,
          ref: (answer) => {
            const id = inJson(answer, 'id');
            return typeof id === 'string' ? id : null;
          },
          leftOut: leftOutText(message, shortened, false),
        });
      },
      async check(signal) {
        const health = new URL(url);
        health.pathname = `${health.pathname.replace(/\/$/, '')}/v1/health`;
        const delivery = deliveryOf(
          await http.send({ method: 'GET', url: health.href, headers, secrets }, signal),
          hints,
        );
        return delivery.kind === 'sent'
          ? { ok: true, why: 'ntfy answers.' }
          : { ok: false, why: delivery.why };
      },
      close: () => http.close(),
    };
  },
};
