import { LEVELS, type Level } from '../level.ts';
import { sideOf, type Rule, type Threshold } from '../rule.ts';

/** One moment of a course: the time in ms, and what was measured. */
export interface Moment {
  readonly at: number;
  readonly value: number | null;
}

type Judgeable = Exclude<Rule, { kind: 'composite' | 'past' | 'degradation' }>;

/**
 * What the language of rules means, said another way: each moment is judged anew from the whole course before it, without
 * any memory. For courses in which every step is a point of the window, on clocks that agree and never stand still.
 */
export function levelsOf(rule: Judgeable, course: readonly Moment[]): readonly (Level | null)[] {
  const figures = course.map((_, place) => figureAt(rule, course.slice(0, place + 1)));
  const begins = course.map(() => false);
  const levels = course.map((): Level | null => null);
  for (const level of LEVELS.toReversed()) {
    const threshold = rule[level];
    if (!threshold) continue;
    const on = course.map((_, place) =>
      isOn(rule, threshold, { course: course.slice(0, place + 1), figures, begins: [...begins] }),
    );
    on.forEach((isNow, place) => {
      if (isNow) levels[place] ??= level;
      if (isNow && on[place - 1] !== true) begins[place] = true;
    });
  }
  return levels;
}

/** What one level is judged by. */
interface Seen {
  readonly course: readonly Moment[];
  readonly figures: readonly number[];
  /** Where a graver level begins. */
  readonly begins: readonly boolean[];
}

/**
 * Whether a level is on at the end of a course: looks for the last stretch that was long enough to turn it, or for the
 * beginning of a graver one.
 */
function isOn(rule: Judgeable, threshold: Threshold, { course, figures, begins }: Seen): boolean {
  const sign = sideOf(rule) === 'above' ? 1 : -1;
  const isOver = (figure: number): boolean => sign * figure >= sign * threshold.enter;
  const isUnder = (figure: number): boolean => sign * figure < sign * threshold.leave;
  const lasts = (end: number, fits: (figure: number) => boolean, waitMs: number): boolean => {
    let start = end;
    for (let place = end; place >= 0; place--) {
      const figure = figures[place] ?? Number.NaN;
      if (Number.isNaN(figure)) continue;
      if (!fits(figure)) break;
      start = place;
    }
    return knownMs(course, figures, start, end) >= waitMs;
  };
  for (let end = course.length - 1; end >= 0; end--) {
    const figure = figures[end] ?? Number.NaN;
    if (Number.isNaN(figure)) continue;
    // What is this bad is bad enough for the milder levels, too.
    if (begins[end] === true && !isUnder(figure)) return true;
    if (isOver(figure) && lasts(end, isOver, threshold.forMs ?? rule.forMs)) return true;
    if (isUnder(figure) && lasts(end, isUnder, threshold.keepForMs ?? rule.keepForMs)) return false;
  }
  return false;
}

/** Time between two moments in which the figure was known at both ends of each step. */
function knownMs(course: readonly Moment[], figures: readonly number[], start: number, end: number): number {
  let knownFor = 0;
  for (let place = start + 1; place <= end; place++)
    if (!Number.isNaN(figures[place]) && !Number.isNaN(figures[place - 1]))
      knownFor += (course[place]?.at ?? 0) - (course[place - 1]?.at ?? 0);
  return knownFor;
}

/** The figure of a rule at the last moment of a course; NaN: not known. */
function figureAt(rule: Judgeable, course: readonly Moment[]): number {
  const known = course.filter((one): one is { at: number; value: number } => Number.isFinite(one.value));
  const last = course.at(-1);
  const now = last?.at ?? 0;
  const isMeasured = known.at(-1)?.at === now;
  switch (rule.kind) {
    case 'threshold':
      return isMeasured ? (known.at(-1)?.value ?? Number.NaN) : Number.NaN;
    case 'absence': {
      if (isMeasured) return 0;
      return (now - (known.at(-1)?.at ?? course[0]?.at ?? 0)) / 1_000;
    }
    case 'rate': {
      if (!isMeasured) return Number.NaN;
      const begin = known.findLast(({ at }) => now - at >= rule.windowMs) ?? known[0];
      if (!begin || (now - begin.at) * 2 < rule.windowMs) return Number.NaN;
      const within = known.filter(({ at }) => at >= begin.at);
      const change = within.slice(1).reduce((sum, { value }, place) => {
        const before = within[place]?.value ?? 0;
        return sum + (rule.counter && value < before ? value : value - before);
      }, 0);
      return (change / (now - begin.at)) * rule.perMs;
    }
    case 'count': {
      if (!isMeasured) return Number.NaN;
      const begin = known.findLast(({ at }) => now - at >= rule.windowMs) ?? known[0];
      const within = known.filter(({ at }) => at >= (begin?.at ?? 0));
      return within.slice(1).filter(({ value }, place) => value !== within[place]?.value).length;
    }
    case 'ratio':
    case 'trend':
      throw new Error(`there is no reference for ${rule.kind}`);
  }
}
