import { compose, type ComposeOptions } from '../compose.ts';
import { plainText } from '../plain-text.ts';
import { alertsBody } from '../channels/alertmanager.ts';
import { discordBody } from '../channels/discord.ts';
import { logLine } from '../channels/log.ts';
import { ntfyBody } from '../channels/ntfy.ts';
import { slackBody } from '../channels/slack.ts';
import { htmlOf } from '../channels/email-html.ts';
import { alertmanagerBody, genericBody } from '../channels/webhook-body.ts';
import type { Message } from '../message.ts';
import type { Notice } from '../notice.ts';

/** What the golden files were made with. */
export const OPTIONS: ComposeOptions = {
  source: 'trader-1',
  dashboardUrl: 'http://127.0.0.1:8420/',
  runbookBase: 'https://example.com/moonwarden/',
  timeZone: 'Europe/Berlin',
};

interface Form {
  readonly ends: 'txt' | 'html' | 'json';
  readonly render: (notice: Notice, message: Message) => string;
}

const LONG_LIST = 10;

/** As people read it; of long lists only the beginning. */
const pretty = (json: string): string =>
  `${JSON.stringify(
    JSON.parse(json),
    (_, value: unknown) =>
      Array.isArray(value) && value.length > LONG_LIST
        ? [...(value.slice(0, LONG_LIST) as unknown[]), `and ${value.length - LONG_LIST} more`]
        : value,
    2,
  )}\n`;

/** How each channel puts a message, as text, by the name of its folder. */
export const FORMS: Readonly<Record<string, Form>> = {
  'webhook-generic': {
    ends: 'json',
    render: (notice, message) => pretty(genericBody(notice, message, OPTIONS.source)),
  },
  'webhook-alertmanager': {
    ends: 'json',
    render: (notice, message) => pretty(alertmanagerBody(notice, message, OPTIONS.source, 'night')),
  },
  alertmanager: {
    ends: 'json',
    render: (notice, message) =>
      pretty(alertsBody(notice, message, OPTIONS.source, 6 * 3_600_000, undefined).body),
  },
  email: { ends: 'html', render: (_notice, message) => htmlOf(message) },
  slack: { ends: 'json', render: (_notice, message) => pretty(slackBody(message).body) },
  discord: { ends: 'json', render: ({ at }, message) => pretty(discordBody(message, at).body) },
  ntfy: { ends: 'json', render: (notice, message) => pretty(ntfyBody(notice, message, 'night').body) },
  log: {
    ends: 'json',
    render: (notice, message) => pretty(JSON.stringify(logLine(notice, message))),
  },
  plain: { ends: 'txt', render: (_notice, message) => plainText(message) },
};

/** What a channel makes of a notice. */
export const rendered = (form: Form, notice: Notice): string => form.render(notice, compose(notice, OPTIONS));
