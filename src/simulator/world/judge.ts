import type { JournalEntry } from '../../contract/index.ts';
import { spanText } from './duration.ts';
import type { EntryPattern, Expectation, Range } from './expectation-schema.ts';
import { statusesOf, type StatusSpan, type TokenSample, type WorldRecord } from './record.ts';
import { findTokens, type WorldToken } from './tokens.ts';

/** One expectation, and what came of it. */
export interface Verdict {
  /** In words. */
  readonly expectation: string;
  readonly passed: boolean;
  /** What was seen: instead, when it failed. */
  readonly seen: string;
}

/** The moments at which tokens have to be looked at, in ms since the start, in order. */
export function samplingTimes({ scores, ages, checks, health }: Expectation): readonly number[] {
  return [...new Set([...scores, ...ages, ...checks, ...health].map(({ at }) => at))].sort((a, b) => a - b);
}

/** Every name in an expectation that no token has. */
export function unknownNames(expectation: Expectation, tokens: readonly WorldToken[]): readonly string[] {
  const { statuses, transitions, never, entries, scores, ages, checks } = expectation;
  const named = [...statuses, ...transitions, ...never, ...entries, ...scores, ...ages, ...checks].flatMap(
    ({ token }) => token ?? [],
  );
  return [...new Set(named)].filter((name) => findTokens(tokens, name).length === 0);
}

/** Judges each expectation by what came out. Pure. */
export function judgeWorld(expectation: Expectation, record: WorldRecord): readonly Verdict[] {
  return [
    ...judgeStatuses(expectation, record),
    ...judgeTransitions(expectation, record),
    ...judgeNever(expectation, record),
    ...judgeEntries(expectation, record),
    ...judgeConditions(expectation, record),
    ...judgeSamples(expectation, record),
    ...judgeHealth(expectation, record),
    ...judgeCounts(expectation, record),
  ];
}

function judgeStatuses({ statuses }: Expectation, record: WorldRecord): Verdict[] {
  return statuses.flatMap((one) => {
    const [fromMs, toMs] = 'at' in one ? [one.at, one.at] : one.between;
    const when = 'at' in one ? `at ${spanText(one.at)}` : `from ${spanText(fromMs)} to ${spanText(toMs)}`;
    return forTokens(record, one.token, `is ${one.status} ${when}`, ({ mint }) => {
      const touched = statusesOf(record, mint).filter(
        (span) => span.fromMs <= toMs && (span.toMs > fromMs || span.toMs === record.endMs - record.startMs),
      );
      // A span that begins at the very moment at which the other ends counts for the moment, the older one does not.
      const seen = fromMs === toMs ? touched.slice(-1) : touched.filter((span) => span.fromMs < toMs);
      return { passed: seen.every(({ status }) => status === one.status), seen: spansText(seen) };
    });
  });
}

function judgeTransitions({ transitions }: Expectation, record: WorldRecord): Verdict[] {
  return transitions.flatMap(({ token, from, to, notBefore, notAfter, reason }) => {
    const because = reason === undefined ? '' : `, with "${reason}" as a reason`;
    const what = `goes from ${from} to ${to} between ${spanText(notBefore)} and ${spanText(notAfter)}${because}`;
    return forTokens(record, token, what, ({ mint }) => {
      const moves = record.entries.filter((entry) => entry.type === 'token.moved' && entry.subject === mint);
      const passed = moves.some(
        (entry) =>
          matches({ from, to, reason, between: [notBefore, notAfter] }, entry, record) && entry.reason !== '',
      );
      return { passed, seen: moves.length === 0 ? 'no transition' : entriesText(moves, record) };
    });
  });
}

function judgeNever({ never }: Expectation, record: WorldRecord): Verdict[] {
  return never.map((pattern) => {
    const found = record.entries.filter((entry) => matches(pattern, entry, record));
    return {
      expectation: `never: ${patternText(pattern)}`,
      passed: found.length === 0,
      seen: found.length === 0 ? 'none' : `${found.length}: ${entriesText(found, record)}`,
    };
  });
}

function judgeEntries({ entries }: Expectation, record: WorldRecord): Verdict[] {
  return entries.map(({ count, ...pattern }) => {
    const found = record.entries.filter((entry) => matches(pattern, entry, record));
    return {
      expectation: `${rangeText(count)} entries: ${patternText(pattern)}`,
      passed: isWithin(found.length, count),
      seen: `${found.length}${found.length === 0 ? '' : `: ${entriesText(found, record)}`}`,
    };
  });
}

function judgeConditions({ conditions }: Expectation, record: WorldRecord): Verdict[] {
  return conditions.map(({ rule, notBefore, startsBy, endsBy }) => {
    const events = record.entries.filter(
      ({ type, subject }) => subject === rule && (type === 'condition.started' || type === 'condition.ended'),
    );
    const started = events.find(
      (entry) =>
        entry.type === 'condition.started' && isBetween(entry.at - record.startMs, notBefore, startsBy),
    );
    const ended =
      started && events.find((entry) => entry.type === 'condition.ended' && entry.seq > started.seq);
    const ends = endsBy === undefined ? '' : ` and ends by ${spanText(endsBy)}`;
    return {
      expectation: `the condition ${rule} starts between ${spanText(notBefore)} and ${spanText(startsBy)}${ends}`,
      passed:
        started !== undefined &&
        (endsBy === undefined || (ended !== undefined && ended.at - record.startMs <= endsBy)),
      seen: events.length === 0 ? 'it never started' : entriesText(events, record),
    };
  });
}

function judgeSamples({ scores, ages, checks }: Expectation, record: WorldRecord): Verdict[] {
  const look = (
    { token, at }: { readonly token: string; readonly at: number },
    what: string,
    judge: (sample: TokenSample) => Pick<Verdict, 'passed' | 'seen'>,
  ): Verdict[] =>
    forTokens(record, token, `${what} at ${spanText(at)}`, ({ mint }) => {
      const sample = record.samples.get(at)?.tokens.get(mint);
      return sample === undefined ? { passed: false, seen: 'the token is not known' } : judge(sample);
    });
  return [
    ...scores.flatMap((one) =>
      look(one, `has a ${one.smoothed ? 'smoothed ' : ''}score of ${rangeText(one)}`, (sample) => {
        const value = one.smoothed ? sample.smoothedScore : sample.score;
        return { passed: value !== null && isWithin(value, one), seen: String(value) };
      }),
    ),
    ...ages.flatMap((one) => {
      const least = one.min === undefined ? '' : ` at least ${spanText(one.min)}`;
      const most = one.max === undefined ? '' : ` at most ${spanText(one.max)}`;
      return look(one, `has data that is${least}${most} old`, ({ refreshedAt, discoveredAt }) => {
        const ageMs = record.startMs + one.at - (refreshedAt ?? discoveredAt);
        return {
          passed: isWithin(ageMs, one),
          seen: `${spanText(ageMs)}${refreshedAt === null ? ', never read' : ''}`,
        };
      });
    }),
    ...checks.flatMap((one) =>
      look(
        one,
        `${one.passed ? 'meets' : 'does not meet'} the condition of activation${one.failedStep === undefined ? '' : ` for ${one.failedStep}`}`,
        ({ check }) => {
          const failed = check?.steps.filter(({ passed }) => !passed) ?? [];
          const isSo =
            check?.passed === one.passed &&
            (one.failedStep === undefined || failed.some(({ name }) => name === one.failedStep));
          const reasons = (check?.steps ?? []).map(({ name, reason }) => `${name}: ${reason}`).join('; ');
          return { passed: isSo, seen: check === null ? 'no check' : reasons };
        },
      ),
    ),
  ];
}

function judgeHealth({ health }: Expectation, record: WorldRecord): Verdict[] {
  return health.map(({ at, is, not = [] }) => {
    const seen = record.samples.get(at)?.health;
    const one = is === undefined ? '' : ` ${is.join(' or ')}`;
    const none = not.length === 0 ? '' : ` not ${not.join(' or ')}`;
    return {
      expectation: `the service says that it is${one}${none} at ${spanText(at)}`,
      passed: seen !== undefined && (is?.includes(seen) ?? true) && !not.includes(seen),
      seen: String(seen),
    };
  });
}

function judgeCounts({ counts }: Expectation, record: WorldRecord): Verdict[] {
  const ofType = (type: JournalEntry['type']): number =>
    record.entries.filter((entry) => entry.type === type).length;
  const seen: Readonly<Record<string, number>> = {
    ...record.counts,
    discovered: ofType('token.discovered'),
    transitions: ofType('token.moved'),
  };
  return Object.entries(counts).flatMap(([name, range]) => {
    const value = seen[name] ?? NaN;
    return range === undefined
      ? []
      : [{ expectation: `${rangeText(range)} ${name}`, passed: isWithin(value, range), seen: String(value) }];
  });
}

/** One verdict over all tokens that a name means: passed when each is, and else what was seen of the first that is not. */
function forTokens(
  record: WorldRecord,
  name: string,
  what: string,
  judge: (token: WorldToken) => Pick<Verdict, 'passed' | 'seen'>,
): Verdict[] {
  const judged = findTokens(record.tokens, name).map((token) => ({ token, ...judge(token) }));
  const failed = judged.filter(({ passed }) => !passed);
  const [first = judged[0]] = failed;
  const each = judged.length > 1 ? `each of ${judged.length}, ` : '';
  const which =
    failed.length > 0 && judged.length > 1 ? `${failed.length} do not, as ${first?.token.id ?? ''}: ` : '';
  return [
    {
      expectation: `${each}${name} ${what}`,
      passed: failed.length === 0 && judged.length > 0,
      seen: `${which}${first?.seen ?? 'there is no such token'}`,
    },
  ];
}

function matches(pattern: EntryPattern, entry: JournalEntry, { startMs, tokens }: WorldRecord): boolean {
  const { token, type, subject, from, to, reason, between } = pattern;
  const moved = entry.type === 'token.moved' ? entry.data : undefined;
  return (
    (token === undefined || findTokens(tokens, token).some(({ mint }) => mint === entry.subject)) &&
    (type === undefined || entry.type === type) &&
    (subject === undefined || entry.subject === subject) &&
    (from === undefined || moved?.from === from) &&
    (to === undefined || moved?.to === to) &&
    (reason === undefined || entry.reason.toLowerCase().includes(reason.toLowerCase())) &&
    (between === undefined || isBetween(entry.at - startMs, between[0], between[1]))
  );
}

const isBetween = (value: number, from: number, to: number): boolean => value >= from && value <= to;

const isWithin = (value: number, { min = -Infinity, max = Infinity }: Range): boolean =>
  value >= min && value <= max;

function rangeText({ min, max }: Range): string {
  if (min === undefined) return max === undefined ? 'any number of' : `at most ${max}`;
  if (max === undefined) return `at least ${min}`;
  return min === max ? `${min}` : `${min} to ${max}`;
}

function patternText({ between, ...pattern }: EntryPattern): string {
  const words = Object.entries(pattern).map(([key, value]) => `${key} ${String(value)}`);
  const when = between === undefined ? '' : ` between ${spanText(between[0])} and ${spanText(between[1])}`;
  return `${words.join(', ')}${when}`;
}

const spansText = (spans: readonly StatusSpan[]): string =>
  spans.map(({ status, fromMs, toMs }) => `${status} ${spanText(fromMs)}-${spanText(toMs)}`).join(', ');

const MOST_SHOWN = 4;

function entriesText(entries: readonly JournalEntry[], { startMs }: WorldRecord): string {
  const shown = entries
    .slice(0, MOST_SHOWN)
    .map((entry) => `${spanText(entry.at - startMs)} ${entry.type}: ${entry.reason}`);
  const more = entries.length > MOST_SHOWN ? [`and ${entries.length - MOST_SHOWN} more`] : [];
  return [...shown, ...more].join(' | ');
}
