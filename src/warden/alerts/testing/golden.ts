import { compose, type ComposeOptions } from '../compose.ts';
import { plainText } from '../plain-text.ts';
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

/** How each channel puts a message, as text, by the name of its folder. */
export const FORMS: Readonly<Record<string, Form>> = {
  plain: { ends: 'txt', render: (_notice, message) => plainText(message) },
};

/** What a channel makes of a notice. */
export const rendered = (form: Form, notice: Notice): string => form.render(notice, compose(notice, OPTIONS));
