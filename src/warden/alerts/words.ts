import { printable } from '../../kernel/index.ts';
import { quantity, spanOf } from '../detection/index.ts';
import type { NoticeAlert } from './notice.ts';
import { SEVERITIES, type Severity } from './severity.ts';

/** What a message calls a severity, or the end of something. */
export const moodWord = (mood: Severity | 'ok'): string => mood.toUpperCase();

/** Text as one line that no terminal obeys and that is whole Unicode. */
export function oneLine(text: string): string {
  const whole = text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
  return printable(whole.replaceAll(/\s+/g, ' ').trim());
}

/** At most `max` UTF-16 units, an ellipsis among them where something was cut; no character is cut in two. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, Math.max(0, max - 1)).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Ends as a sentence does. */
export const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

/** "1 alert", "12,000 alerts". */
export const countOf = (count: number, one: string, many = `${one}s`): string =>
  `${quantity(count, 'count')} ${count === 1 ? one : many}`;

const PLURALS = { info: 'info', warning: 'warnings', error: 'errors', critical: 'critical' } as const;

/** "2 critical, 1 warning", the gravest first; nothing of what there is none of. */
export function severitiesText(counts: Readonly<Record<Severity, number>>): string {
  return SEVERITIES.toReversed()
    .filter((severity) => counts[severity] > 0)
    .map((severity) => countOf(counts[severity], severity, PLURALS[severity]))
    .join(', ');
}

/** A length of time as people say it; what should be negative took none. */
export const lasted = (ms: number): string => spanOf(Math.max(0, ms));

/** "92 %, over the level of 90 %"; null where nothing was measured. */
export function valueText({ value, limit, unit }: NoticeAlert): string | null {
  if (value === null || !Number.isFinite(value)) return null;
  const figure = quantity(value, unit);
  if (limit === null || !Number.isFinite(limit)) return figure;
  const level = quantity(limit, unit);
  const side = value > limit ? 'over' : value < limit ? 'under' : 'at';
  return `${figure}, ${level === figure && side !== 'at' ? 'just ' : ''}${side} the level of ${level}`;
}

/** "95 %"; null where it is not known. */
export const peakText = ({ peak, unit }: NoticeAlert): string | null =>
  peak === null || !Number.isFinite(peak) ? null : quantity(peak, unit);

/** The component, with what tells this one apart from others of its rule. */
export function whereText({ component, labels }: NoticeAlert): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name} ${value}`);
  return pairs.length === 0 ? component : `${component} (${pairs.join(', ')})`;
}
