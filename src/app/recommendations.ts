import type {
  DatabaseReport,
  PerformanceReport,
  Recommendation,
  TimedItem,
  WorkReport,
} from '../contract/index.ts';
import { BATCH_SIZE } from '../hosts/dexscreener/index.ts';
import type { PlanStatus, TokenSettings } from '../hosts/tokens/index.ts';
import { spanOf } from '../warden/detection/index.ts';

/** What recommendations follow from. */
export interface RecommendationFacts {
  readonly performance: Pick<PerformanceReport, 'items'>;
  readonly work: Pick<WorkReport, 'bottleneck'>;
  readonly plan: PlanStatus | null;
  readonly database: Pick<DatabaseReport, 'slow' | 'slowRecently'>;
  readonly settings: Pick<TokenSettings, 'minScore' | 'hotIntervalMs' | 'coldIntervalMs' | 'checkIntervalMs'>;
  /** Scores of the hot tokens, in any order; Infinity for active ones, which are hot whatever their score. */
  readonly hotScores: readonly number[];
  /** Requests a minute that the source allows. */
  readonly requestsPerMinute: number;
}

/** Hot tokens should need no more of the quota than this. */
const HOT_SHARE = 0.7;
const NOTICED = 1.05;

/** What to do about what was measured, what helps most first. Pure. */
export function recommend(facts: RecommendationFacts): readonly Recommendation[] {
  return [hotAdvice, coldAdvice, checkAdvice, slowStatementAdvice, bottleneckAdvice, slowerAdvice].flatMap(
    (advice) => advice(facts),
  );
}

type Advice = (facts: RecommendationFacts) => readonly Recommendation[];

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Too many hot tokens for the quota: the limit under which as many are left as it carries. */
const hotAdvice: Advice = ({ settings, hotScores, requestsPerMinute }) => {
  const perToken = 60_000 / settings.hotIntervalMs / BATCH_SIZE;
  const needed = (hotScores.length * perToken) / requestsPerMinute;
  if (needed <= 0.8) return [];
  const carried = Math.floor((HOT_SHARE * requestsPerMinute) / perToken);
  const limit = hotScores.toSorted((a, b) => b - a)[carried];
  if (limit === undefined || !Number.isFinite(limit) || limit < settings.minScore) return [];
  const to = roundUp(limit);
  const left = hotScores.filter((score) => score >= to).length;
  return [
    {
      id: 'hot-tokens',
      sentence: `Raise the score at which a token is hot from ${settings.minScore} to ${to}.`,
      evidence: `${hotScores.length.toLocaleString('en-US')} hot tokens need ${percent(needed)} of the quota of ${requestsPerMinute} requests a minute to be read every ${spanOf(settings.hotIntervalMs)}.`,
      effect: `${left.toLocaleString('en-US')} stay hot and need ${percent((left * perToken) / requestsPerMinute)}; the others are read as cold ones.`,
      knob: { setting: 'tokens.min_score', from: String(settings.minScore), to: String(to) },
      safe: false,
    },
  ];
};

/** To two digits, so that at most as many are left. */
function roundUp(value: number): number {
  const scale = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(value / scale + 1e-9) * scale).toPrecision(2));
}

/** An interval that the quota does not carry promises what does not happen, and takes from those behind it. */
const intervalAdvice =
  (
    id: string,
    name: 'cold' | 'full',
    setting: string,
    who: string,
    intervalOf: (settings: RecommendationFacts['settings']) => number,
  ): Advice =>
  ({ plan, settings }) => {
    const load = plan?.classes[name];
    if (load === undefined || load.rotationMs === null || load.rotationMs <= NOTICED * load.intervalMs)
      return [];
    const intervalMs = intervalOf(settings);
    const toS = Math.ceil((intervalMs * load.rotationMs) / load.intervalMs / 1_000);
    return [
      {
        id,
        sentence: `Set ${setting} to what the quota carries: from ${spanOf(intervalMs)} to ${toS} s.`,
        evidence: `A round of ${load.tokens.toLocaleString('en-US')} ${who} takes ${spanOf(load.rotationMs)} with the ${Math.round(load.requestsPerMinute)} requests a minute that are left for them.`,
        effect:
          'They are read as often as now; the figures of what is late tell of faults again, and not of the plan.',
        knob: { setting, from: `${Math.round(intervalMs / 1_000)}s`, to: `${toS}s` },
        safe: true,
      },
    ];
  };

const coldAdvice = intervalAdvice(
  'cold-interval',
  'cold',
  'tokens.cold_interval',
  'cold tokens',
  ({ coldIntervalMs }) => coldIntervalMs,
);
const checkAdvice = intervalAdvice(
  'check-interval',
  'full',
  'tokens.check_interval',
  'tokens whose pools are all read',
  ({ checkIntervalMs }) => checkIntervalMs,
);

const slowStatementAdvice: Advice = ({ database }) => {
  const [last] = database.slow;
  if (last === undefined || database.slowRecently === 0) return [];
  return [
    {
      id: 'slow-statement',
      sentence:
        last.advice[0]?.text ?? `See why the statement ${last.name} is slow: \`moonwarden database\`.`,
      evidence: `${database.slowRecently} statements took over 100 ms in the last five minutes, the last one ${last.name} with ${Math.round(last.durationMs)} ms.`,
      effect: 'The event loop stands still for less time: all else of the service waits for a statement.',
      knob: null,
      safe: false,
    },
  ];
};

const bottleneckAdvice: Advice = ({ work: { bottleneck } }) =>
  bottleneck === null
    ? []
    : [
        {
          id: 'bottleneck',
          sentence: bottleneck.knob,
          evidence: bottleneck.sentence,
          effect: 'That is where most work waits, so it is where a change shows most.',
          knob: null,
          safe: false,
        },
      ];

const LOOK: Readonly<Record<TimedItem['kind'], string>> = {
  api: 'See whether the source or the network of this machine has become slow: `moonwarden dependencies`.',
  job: 'See what the job waits for: `moonwarden tokens work`.',
  database: 'See whether the disk is busy or the database has grown: `moonwarden database`.',
  http: 'See who asks so much of the API: `moonwarden performance`.',
};

/** What has become slower most. */
const slowerAdvice: Advice = ({ performance }) => {
  const worst = performance.items
    .flatMap((item) => (item.slower === null ? [] : [{ ...item, slower: item.slower }]))
    .toSorted((a, b) => b.slower.ratio - a.slower.ratio)[0];
  if (worst === undefined) return [];
  const { kind, name, slower } = worst;
  return [
    {
      id: `slower-${kind}`,
      sentence: LOOK[kind],
      evidence: `${name} took ${Math.round(slower.recentMs)} ms on average of late, and ${Math.round(slower.usualMs)} ms before.`,
      effect: 'It is back to what is usual when the cause is gone.',
      knob: null,
      safe: false,
    },
  ];
};
