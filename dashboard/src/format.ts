/** Formatters of the page: plain values in, text out. English words and 24-hour times everywhere. */

export const missing = '–';

const whole = new Intl.NumberFormat('en');
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function count(value: number | null): string {
  return value === null ? missing : whole.format(Math.round(value));
}

/** "1 token", "2 tokens". */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Three significant digits with k, M, B, T: 812, 45.2k, 1.23M. */
export function compact(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return missing;
  const size = Math.abs(value);
  if (size > 0 && size < 0.01) return value < 0 ? '>-0.01' : '<0.01';
  for (const [unit, suffix] of [
    [1e12, 'T'],
    [1e9, 'B'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    // 999,950 rounds to 1000k, which is 1M.
    if (size < unit * 0.99995) continue;
    if (size >= unit * 1e6) return value.toExponential(2).replace('+', '');
    return `${threeDigits(value / unit)}${suffix}`;
  }
  return size >= 100 || Number.isInteger(value) ? String(Math.round(value)) : threeDigits(value);
}

function threeDigits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}

/** A rate that is not whole when it is small: 0.4, 12, 1,204. */
export function rate(value: number | null): string {
  if (value === null) return missing;
  return value > 0 && value < 10 && !Number.isInteger(value) ? value.toFixed(1) : count(value);
}

export function percent(ratio: number | null): string {
  if (ratio === null) return missing;
  const value = ratio * 100;
  if (value > 0 && value < 0.1) return '<0.1 %';
  return `${value === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} %`;
}

export function score(value: number | null): string {
  if (value === null) return missing;
  if (value !== 0 && Math.abs(value) < 0.0005) return value > 0 ? '<0.001' : '>-0.001';
  return Math.abs(value) >= 10 ? value.toFixed(2) : value.toFixed(3);
}

const subscripts = '₀₁₂₃₄₅₆₇₈₉';

/** Prices keep four significant digits; a long run of zeros is counted, as the field does: 0.0₅1234. */
export function price(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return missing;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6) return compact(value);
  if (size >= 1) return value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const [digits = '', exponent = '0'] = size.toExponential(3).split('e-');
  const zeros = Number(exponent) - 1;
  const tail = digits.replace('.', '').replace(/0+$/, '');
  const sign = value < 0 ? '-' : '';
  if (zeros < 4) return `${sign}0.${'0'.repeat(zeros)}${tail}`;
  return `${sign}0.0${String(zeros).replace(/\d/g, (digit) => subscripts.charAt(Number(digit)))}${tail}`;
}

/** The value as it came, for a tooltip. */
export function exact(value: number | null): string {
  return value === null ? 'no value yet' : value.toLocaleString('en', { maximumSignificantDigits: 15 });
}

/** How long: 6 s, 4 min, 2 h 13 min, 3 d 4 h. */
export function duration(ms: number): string {
  const span = Math.max(0, ms);
  if (span < MINUTE) return `${Math.floor(span / SECOND)} s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min`;
  const [big, small] =
    span < DAY
      ? ([`${Math.floor(span / HOUR)} h`, Math.floor((span % HOUR) / MINUTE)] as const)
      : ([`${Math.floor(span / DAY)} d`, Math.floor((span % DAY) / HOUR)] as const);
  if (small === 0 || span >= 10 * DAY) return big;
  return `${big} ${small} ${span < DAY ? 'min' : 'h'}`;
}

/** An age with one decimal below ten seconds, for figures: 6.2 s, 41 s, 2 min. */
export function age(ms: number | null): string {
  if (ms === null) return missing;
  return ms < 10 * SECOND ? `${(ms / SECOND).toFixed(1)} s` : duration(ms);
}

/** "6 s ago", "in 20 s", "now"; one unit only. */
export function relative(at: number, now: number): string {
  const gap = at - now;
  const size = Math.abs(gap);
  if (size < SECOND) return 'now';
  const text =
    size < MINUTE
      ? `${Math.floor(size / SECOND)} s`
      : size < HOUR
        ? `${Math.floor(size / MINUTE)} min`
        : size < 2 * DAY
          ? `${Math.floor(size / HOUR)} h`
          : `${Math.floor(size / DAY)} d`;
  return gap > 0 ? `in ${text}` : `${text} ago`;
}

export function clockTime(at: number, seconds = false): string {
  return new Date(at).toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds && { second: '2-digit' }),
  });
}

/** The time alone for today, with the date before it on another day. */
export function moment(at: number, now: number): string {
  if (new Date(at).toDateString() === new Date(now).toDateString()) return clockTime(at);
  const date = new Date(at).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(new Date(at).getFullYear() !== new Date(now).getFullYear() && { year: 'numeric' }),
  });
  return `${date}, ${clockTime(at)}`;
}

/** The exact time, for a tooltip: Sat 22 Nov 2025, 17:50:03. */
export function exactTime(at: number): string {
  return `${new Date(at).toLocaleDateString('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  })}, ${clockTime(at, true)}`;
}

/** A mint or address, shortened in the middle. */
export function shortMint(mint: string, head = 4, tail = 4): string {
  return mint.length <= head + tail + 1 ? mint : `${mint.slice(0, head)}…${mint.slice(-tail)}`;
}

/**
 * A name that a stranger chose, made safe to lay out: no control or direction marks, no runs of space or of stacked
 * accents, at most `longest` characters.
 */
export function strangerText(text: string | null, longest = 40): string {
  const clean = (text ?? '')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, (mark) => (mark === '\u200d' ? mark : ''))
    .replace(/(\p{M})\p{M}{2,}/gu, '$1')
    .replace(/\s+/gu, ' ')
    .trim();
  const letters = [...new Intl.Segmenter('en').segment(clean)];
  if (letters.length <= longest) return clean;
  return `${letters
    .slice(0, longest - 1)
    .map((letter) => letter.segment)
    .join('')
    .trimEnd()}…`;
}

/** The sentence in two parts: the verdict, and the rest. */
export function splitSentence(sentence: string): readonly [verdict: string, rest: string] {
  const match = /^(.+?[.:!])\s+(.+)$/su.exec(sentence);
  return match?.[1] && match[2] ? [match[1], match[2]] : [sentence, ''];
}

/** "freshness_hot" or "hotFreshness" as words: a name from the API that has no text of its own here. */
export function words(name: string): string {
  const text = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[._-]+/g, ' ')
    .toLowerCase();
  return (text.charAt(0).toUpperCase() + text.slice(1))
    .replace(/dexscreener/i, 'DexScreener')
    .replace(/pumpportal/i, 'PumpPortal');
}

/** The same inside a sentence: "import", but "DexScreener boosts". */
export function inSentence(name: string): string {
  const text = words(name);
  return /^.[a-z]/.test(text) && !/^(DexScreener|PumpPortal)/.test(text)
    ? text.charAt(0).toLowerCase() + text.slice(1)
    : text;
}

/** A value of a step of the activation check; text may be a stranger's. */
export function stepValue(value: number | string | null): string {
  return typeof value === 'string' ? strangerText(value, 32) : compact(value);
}

/** What a step asks for: "limit 200", or its words; nothing where it has no limit. */
export function stepLimit(limit: number | string | null): string {
  if (limit === null) return '';
  return typeof limit === 'string' ? stepValue(limit) : `limit ${compact(limit)}`;
}

/** A change of a ratio in percentage points: "up 1.2 points", "no change". */
export function points(change: number): string {
  const value = Math.abs(change * 100);
  if (value < 0.05) return 'no change';
  return `${change > 0 ? 'up' : 'down'} ${value < 10 ? value.toFixed(1) : value.toFixed(0)} points`;
}
