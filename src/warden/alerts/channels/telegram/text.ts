import { printable } from '../../../../kernel/index.ts';

/** One line of what somebody wrote: no control characters or marks of direction, no half characters. Pure. */
export const oneLine = (text: string): string =>
  printable(
    text
      .replaceAll(/\p{Surrogate}/gu, '\uFFFD')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );

/** Ends a word for Telegram, and is not seen. */
const JOINER = '\u2060';
const CALLS = /(?<!\w)@(?=\w)/g;
const COMMANDS = /(?<![\w/])\/(?=(?:start|help|status|alerts|ack|silence|maintenance)(?!\w))/gi;

/**
 * One line of what a stranger may have named, as text of a message. Telegram makes links of `@name` and `/command` by
 * itself: a token of such a name would call people, or start a maintenance at a tap. Those are broken up. Pure.
 */
export const calm = (text: string): string =>
  oneLine(text).replaceAll(CALLS, `@${JOINER}`).replaceAll(COMMANDS, `/${JOINER}`);

/** At most `max` UTF-16 units, never half a character; what is cut ends in `…`. Pure. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = text.slice(0, Math.max(0, max - 1)).replace(/[\uD800-\uDBFF]$/, '');
  // Between two words, unless that costs much.
  const space = head.lastIndexOf(' ');
  return `${space > 0.8 * max ? head.slice(0, space) : head.trimEnd()}…`;
}

/** The same, after a whole sentence where one ends in the second half. Pure. */
export function cutSentence(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = text.slice(0, max - 2);
  const end = Math.max(...['. ', '! ', '? '].map((mark) => head.lastIndexOf(mark)));
  return end > max / 2 ? `${head.slice(0, end + 1)} …` : cut(text, max);
}

/** Text in which nothing is markup of Telegram's HTML, also in an attribute. Pure. */
export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Text without the secret, for what people are told of an error. Pure. */
export const withoutSecret = (text: string, secret: string): string =>
  text.replaceAll(secret, '***').replaceAll(encodeURIComponent(secret), '***');
