import { z } from 'zod';
import type { LogFields, Logger } from '../../../kernel/index.ts';
import type { Message } from '../message.ts';
import type { Notice } from '../notice.ts';
import type { ChannelType } from './channel.ts';

const MAX_IDS = 10;

const schema = z.strictObject({});

/** A line of the log: the title, and what else there is as fields. Pure. */
export function logLine(
  notice: Notice,
  { mood, title, text, items }: Message,
): {
  readonly level: Exclude<keyof Logger, 'child' | 'debug'>;
  readonly msg: string;
  readonly fields: LogFields;
} {
  return {
    level: mood === 'ok' ? 'info' : mood,
    msg: title,
    fields: {
      notice: notice.id,
      kind: notice.kind,
      severity: notice.severity,
      alerts: notice.alerts.slice(0, MAX_IDS).map(({ id }) => id),
      total: notice.total,
      text: [...text, ...items.map((item) => item.text)].join(' '),
    },
  };
}

/** Writes to the log of the service. */
export const log: ChannelType<typeof schema> = {
  type: 'log',
  about: 'Writes a line to the log of the service.',
  schema,
  async create(_settings, ports) {
    return {
      async deliver(notice, message) {
        const { level, msg, fields } = logLine(notice, message);
        ports.log[level](msg, fields);
        return { kind: 'sent', ref: null };
      },
    };
  },
};
