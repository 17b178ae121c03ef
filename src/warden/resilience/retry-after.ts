const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const SECONDS = /^\d{1,12}(?:\.\d{1,9})?$/;
const TIME = String.raw`(\d{2}):(\d{2}):(\d{2})`;
/** `Sun, 06 Nov 1994 08:49:37 GMT` */
const IMF_FIXDATE = new RegExp(String.raw`^[a-z]{3}, (\d{1,2}) ([a-z]{3}) (\d{4}) ${TIME} (?:GMT|UTC)$`, 'i');
/** `Sunday, 06-Nov-94 08:49:37 GMT` */
const RFC_850 = new RegExp(String.raw`^[a-z]{6,9}, (\d{2})-([a-z]{3})-(\d{2}) ${TIME} (?:GMT|UTC)$`, 'i');
/** `Sun Nov  6 08:49:37 1994`, which is in UTC. */
const ASCTIME = new RegExp(String.raw`^[a-z]{3} ([a-z]{3}) ([ \d]\d) ${TIME} (\d{4})$`, 'i');

/** A longer wait than this (30 days, in ms) is no wait that anyone means: seconds since the epoch, a broken clock. */
export const LONGEST_RETRY_AFTER_MS = 30 * 86_400_000;

/**
 * Reads the `Retry-After` header of RFC 9110, section 10.2.3: seconds, of which fractions are tolerated though the
 * standard knows none, or a date in one of the three formats of section 5.6.7.
 *
 * `nowMs` is the wall-clock time that a date is measured against; the answer's own `Date` (see {@link parseHttpDate}) is
 * better than the local clock, which may be wrong. Without it (NaN) a date is not understood.
 * @returns ms to wait, 0 when the date has passed; undefined for anything else, and over {@link LONGEST_RETRY_AFTER_MS}.
 */
export function parseRetryAfter(value: unknown, nowMs: number): number | undefined {
  if (typeof value === 'number') return withinReason(value * 1_000);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (SECONDS.test(text)) return withinReason(Number(text) * 1_000);
  const dateMs = parseHttpDate(text, nowMs) ?? NaN;
  return withinReason(Math.max(0, dateMs - nowMs));
}

const withinReason = (ms: number): number | undefined =>
  ms >= 0 && ms <= LONGEST_RETRY_AFTER_MS ? ms : undefined;

/**
 * Reads a date of HTTP (RFC 9110, section 5.6.7) in its three formats, in ms since the epoch. `nowMs` decides the century
 * of the format of RFC 850, whose years have two digits: more than 50 years ahead is the past. The name of the day is not
 * compared with the date.
 * @returns undefined for anything else, also for a day or a time that does not exist.
 */
export function parseHttpDate(value: unknown, nowMs: number): number | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const [, day, month, year, ...time] = IMF_FIXDATE.exec(text) ?? [];
  if (year !== undefined) return toMs(Number(year), month, day, time);
  const [, day850, month850, year850, ...time850] = RFC_850.exec(text) ?? [];
  if (year850 !== undefined) return toMs(fullYear(Number(year850), nowMs), month850, day850, time850);
  const [, monthAsc, dayAsc, hour, minute, second, yearAsc] = ASCTIME.exec(text) ?? [];
  return toMs(Number(yearAsc), monthAsc, dayAsc, [hour, minute, second]);
}

function fullYear(twoDigits: number, nowMs: number): number {
  const thisYear = new Date(nowMs).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
}

function toMs(
  year: number,
  monthName: string | undefined,
  dayText: string | undefined,
  time: readonly (string | undefined)[],
): number | undefined {
  const month = MONTHS.indexOf(monthName?.toLowerCase() ?? '');
  const day = Number(dayText);
  const [hour = NaN, minute = NaN, second = NaN] = time.map(Number);
  // 60 is a leap second.
  if (month < 0 || hour > 23 || minute > 59 || second > 60) return undefined;
  const midnight = new Date(Date.UTC(year, month, day));
  // 30 February would be read as 2 March.
  if (midnight.getUTCDate() !== day) return undefined;
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000;
}
