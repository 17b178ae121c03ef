import { z } from 'zod';
import { printable } from '../../../kernel/index.ts';
import { plainText } from '../plain-text.ts';
import type { ChannelType } from './channel.ts';

const schema = z.strictObject({});

/** Prints where the service was started. */
export const terminal: ChannelType<typeof schema> = {
  type: 'console',
  about: 'Prints to the terminal that the service was started from.',
  schema,
  async create(_settings, { print, name }) {
    return {
      async deliver(_notice, message) {
        if (print === null)
          return {
            kind: 'dead',
            why: `Nobody sees the terminal of this service: take the channel ${name} out.`,
          };
        const lines = plainText({ ...message, attachment: null }).split('\n');
        print(lines.map(printable).join('\n'));
        return { kind: 'sent', ref: null };
      },
    };
  },
};
