import { duration, text } from '../../config/index.ts';

/** An address of HTTP, as it is written; a user and a password in it are sent as such. */
export const httpUrl = () =>
  text({ max: 2_000 }).refine((url) => /^https?:\/\//i.test(url) && URL.canParse(url), {
    message: 'must be an address such as "https://example.com/hook"',
  });

/** How long an answer may take. */
export const timeout = () => duration({ minMs: 100, maxMs: 120_000 }).default(10_000);

/** What a request carries in a header: text without line breaks, of the characters that HTTP takes. */
export const headerValue = () =>
  text({ max: 4_000 }).refine((value) => /^[\t\u0020-\u007E\u0080-\u00FF]+$/.test(value), {
    message: 'must be one line of plain characters',
  });
