import { cut, oneLine } from './text.ts';

/** What a person asks for. */
export type Command =
  | { readonly kind: 'status' | 'alerts' | 'help' }
  | { readonly kind: 'ack'; readonly id: string }
  | { readonly kind: 'silence'; readonly id: string; readonly forMs: number }
  /** Null ends it. */
  | { readonly kind: 'maintenance'; readonly forMs: number | null }
  /** `addressed`: to this bot by name; else another bot in the chat may be meant. */
  | { readonly kind: 'unknown'; readonly word: string; readonly addressed: boolean }
  /** It was not understood; `why` is told to who asked. */
  | { readonly kind: 'bad'; readonly why: string };

const MINUTE = 60_000;
const HOUR = 3_600_000;
export const SILENCE_MS = HOUR;
const MAINTENANCE_MS = 2 * HOUR;
const LONGEST_MS = 7 * 24 * HOUR;

export const HELP = [
  '/status: how the service is',
  '/alerts: what is wrong now',
  '/ack ID: you take an alert on',
  '/silence ID [1h]: hear nothing of an alert for a while',
  '/maintenance [2h]: hear nothing at all for a while; /maintenance off ends it',
  '/help: this list',
].join('\n');

const UNITS: Readonly<Record<string, number>> = {
  m: MINUTE,
  min: MINUTE,
  h: HOUR,
  d: 24 * HOUR,
};

/** A time as people write it: `30m`, `1h`, `1h 30m`, `2d`. In ms; a sentence when it is none, or too short or long. Pure. */
export function parseFor(text: string): number | string {
  const parts = [...text.matchAll(/(\d{1,6}(?:\.\d{1,3})?)\s*(min|[mhd])/gi)];
  const whole = parts.map(([part]) => part).join('');
  if (parts.length === 0 || whole.replaceAll(/\s/g, '') !== text.replaceAll(/\s/g, ''))
    return `"${cut(oneLine(text), 40)}" is not a time: write it as 30m, 2h or 1d.`;
  const ms = parts.reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit.toLowerCase()] ?? 0),
    0,
  );
  if (ms < MINUTE || ms > LONGEST_MS) return 'The time must be between 1m and 7d.';
  return Math.round(ms);
}

/**
 * The command in a message; null when there is none, or when it is for another bot. Pure.
 * @param own user name of this bot.
 */
export function parseCommand(text: string, own: string): Command | null {
  const [, word = '', bot, rest = ''] = /^\/(\w{1,64})(?:@(\w{1,64}))?(?:\s+(.*))?$/s.exec(text.trim()) ?? [];
  if (word === '' || (bot !== undefined && bot.toLowerCase() !== own.toLowerCase())) return null;
  const [id = '', ...more] = rest.split(/\s+/).filter((part) => part !== '');
  switch (word.toLowerCase()) {
    case 'status':
      return { kind: 'status' };
    case 'alerts':
      return { kind: 'alerts' };
    case 'start':
    case 'help':
      return { kind: 'help' };
    case 'ack':
      return id === '' || more.length > 0
        ? {
            kind: 'bad',
            why: 'Write /ack and the id of one alert, such as /ack a1b2c3d4; /alerts lists them.',
          }
        : { kind: 'ack', id: withoutMark(id) };
    case 'silence': {
      if (id === '')
        return {
          kind: 'bad',
          why: 'Write /silence, the id of an alert and a time, such as /silence a1b2c3d4 1h; /alerts lists them.',
        };
      const forMs = more.length === 0 ? SILENCE_MS : parseFor(more.join(' '));
      return typeof forMs === 'string'
        ? { kind: 'bad', why: forMs }
        : { kind: 'silence', id: withoutMark(id), forMs };
    }
    case 'maintenance': {
      if (/^(?:off|end|stop)$/i.test(rest.trim())) return { kind: 'maintenance', forMs: null };
      const forMs = id === '' ? MAINTENANCE_MS : parseFor(rest);
      return typeof forMs === 'string'
        ? { kind: 'bad', why: `${forMs} /maintenance off ends it.` }
        : { kind: 'maintenance', forMs };
    }
    default:
      return { kind: 'unknown', word, addressed: bot !== undefined };
  }
}

const withoutMark = (id: string): string => id.replace(/^#/, '');
