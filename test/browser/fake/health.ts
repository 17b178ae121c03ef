import type {
  ComponentHealth,
  Condition,
  DetailedHealth,
  IncidentDetail,
  IncidentList,
  RecoveryReport,
  RuleList,
} from '../../../src/contract/index.ts';
import { openIncident, pastIncidents } from './incidents.ts';
import { RULES, judged } from './rules.ts';
import type { FakeWorld } from './world.ts';

const MIN = 60_000;

/** What a rule of the invented conditions is about. */
const ABOUT: Readonly<Record<string, string>> = {
  source_latency: 'source',
  source_reachable: 'source',
  backlog: 'pipeline',
  freshness_hot: 'data',
};

const PARTS: readonly (readonly [name: string, title: string, parent: string, essential?: false])[] = [
  ['pipeline', 'Token pipeline', 'service'],
  ['data', 'Freshness of the data', 'pipeline'],
  ['tokens', 'Activation and moves', 'pipeline'],
  ['dependencies', 'Dependencies', 'service'],
  ['source', 'DexScreener', 'dependencies'],
  ['feeds', 'Discovery feeds', 'dependencies', false],
  ['feeds/profiles', 'profiles', 'feeds'],
  ['feeds/pumpportal', 'pumpportal', 'feeds'],
  ['jobs', 'Jobs', 'service'],
  ['jobs/hot', 'hot', 'jobs'],
  ['jobs/cold', 'cold', 'jobs'],
  ['store', 'Database', 'service'],
  ['resources', 'Resources', 'service'],
  ['process', 'Process', 'resources'],
  ['host', 'Machine', 'resources'],
];

const OUTCOMES = { worked: 0, didNotWork: 0, madeItWorse: 0 };

const ACTIONS: RecoveryReport['actions'] = [
  {
    name: 'reconnect',
    step: 'soft',
    component: 'source',
    ends: ['source_reachable'],
    verifyWithinMs: 30_000,
    outcomes: [{ condition: 'source_reachable', worked: 3, didNotWork: 1, madeItWorse: 0 }],
  },
  {
    name: 'restart-jobs-hot',
    step: 'medium',
    component: 'jobs',
    ends: ['freshness_hot', 'jobs.hot.not_run'],
    verifyWithinMs: MIN,
    outcomes: [
      { condition: 'freshness_hot', worked: 0, didNotWork: 2, madeItWorse: 1 },
      { condition: 'jobs.hot.not_run', ...OUTCOMES, worked: 1 },
    ],
  },
  {
    name: 'restart-service',
    step: 'hard',
    component: 'service',
    ends: ['pipeline.stalled', 'store.failing', 'jobs.escalated', 'process.memory', 'process.event_loop'],
    verifyWithinMs: 3 * MIN,
    outcomes: [],
  },
];

/** How a service that is asked says that it judges and heals itself. What a page asks for is kept in `asked`. */
export class FakeHealth {
  readonly asked: string[] = [];
  /** Why the next recovery by hand is not begun. */
  refuses: string | undefined;
  /** What a test says of the recovery, and of incidents. */
  said: Partial<RecoveryReport> = {};
  incidentsSaid: readonly IncidentDetail[] | undefined;
  readonly #world: FakeWorld;
  #byHand: RecoveryReport['pending'] = [];

  constructor(world: FakeWorld) {
    this.#world = world;
  }

  detailed(): DetailedHealth {
    const overview = this.#world.overview();
    const { at, status, sentence, since, version, uptimeMs, conditions, dependencies, features } = overview;
    const isNew = this.#world.scenario === 'empty';
    return {
      at,
      status,
      sentence,
      since,
      version,
      uptimeMs,
      conditions,
      dependencies,
      features,
      components: componentsOf(conditions, isNew),
    };
  }

  recovery(): RecoveryReport {
    const at = this.#world.now();
    return {
      at,
      mode: 'act',
      noRestart: null,
      budget: { perHour: 5, used: 0, hardPerHour: 3, hardUsed: 0 },
      pending: this.#byHand,
      conditions: [],
      actions: ACTIONS,
      ...this.#situation(at),
      ...this.said,
    };
  }

  #situation(at: number): Partial<RecoveryReport> {
    switch (this.#world.scenario) {
      case 'unreachable':
        return {
          budget: { perHour: 5, used: 1, hardPerHour: 3, hardUsed: 0 },
          pending: [
            {
              id: 'mw1-0',
              action: 'reconnect',
              step: 'soft',
              condition: 'source_reachable',
              by: 'service',
              startedAt: at - 8_000,
              verifyBy: at + 22_000,
            },
            ...this.#byHand,
          ],
          conditions: [
            {
              condition: 'source_reachable',
              step: 'soft',
              state: 'recovering',
              why: null,
              lastAt: at - 8_000,
            },
          ],
        };
      case 'critical':
        return {
          noRestart:
            'A restart of the process could help, and nothing would start it again (`recovery.supervised` is off), so it stays up.',
          budget: { perHour: 5, used: 4, hardPerHour: 3, hardUsed: 0 },
          conditions: [
            {
              condition: 'freshness_hot',
              step: 'manual',
              state: 'manual',
              why: 'Every action that is left was tried: restart-jobs-hot did not help twice.',
              lastAt: at - 6 * MIN,
            },
            {
              condition: 'backlog',
              step: 'soft',
              state: 'waiting',
              why: 'It is explained by freshness_hot, which comes first.',
              lastAt: null,
            },
          ],
        };
      default:
        return {};
    }
  }

  recover(action: string): { readonly id: string } | { readonly refused: string } {
    this.asked.push(action);
    if (this.refuses !== undefined) return { refused: this.refuses };
    const at = this.#world.now();
    const id = `mw2-${this.asked.length}`;
    const plan = ACTIONS.find(({ name }) => name === action);
    if (!plan) return { refused: `There is no action named ${action}.` };
    const { step } = plan;
    this.#byHand = [
      ...this.#byHand,
      { id, action, step, condition: null, by: 'laptop', startedAt: at, verifyBy: at + plan.verifyWithinMs },
    ];
    return { id };
  }

  incidents(): IncidentList {
    const items = this.#incidents().map(
      ({ timeline: _timeline, leftOut: _leftOut, postMortem: _postMortem, ...summary }) => summary,
    );
    return { at: this.#world.now(), items };
  }

  incident(id: string): IncidentDetail | undefined {
    return this.#incidents().find((one) => one.id === id);
  }

  #incidents(): readonly IncidentDetail[] {
    if (this.incidentsSaid) return this.incidentsSaid;
    const { scenario } = this.#world;
    const at = this.#world.now();
    if (scenario === 'empty') return [];
    return [...(scenario === 'critical' ? [openIncident(at)] : []), ...pastIncidents(at)];
  }

  rules(): RuleList {
    const at = this.#world.now();
    const { conditions } = this.#world.overview();
    return { at, items: RULES.map((rule) => judged(rule, conditions, this.#world.scenario === 'empty')) };
  }
}

type Assessed = Pick<ComponentHealth, 'status' | 'reason' | 'since' | 'conditions'>;

function componentsOf(conditions: readonly Condition[], isNew: boolean): ComponentHealth[] {
  const assess = (name: string): Assessed => {
    const parts = PARTS.filter(([, , parent]) => parent === name);
    const own = conditions.filter(({ rule }) => ABOUT[rule] === name);
    const found = [
      ...own.map((each): Assessed => ({
        status: each.level === 'critical' ? 'critical' : 'degraded',
        reason: each.reason,
        since: each.since,
        conditions: 1,
      })),
      ...parts
        .map(([part, title]) => ({ ...assess(part), title }))
        .filter(({ status }) => status !== 'healthy')
        .map(({ title, ...part }) => ({ ...part, reason: `${title}: ${part.reason}` })),
    ];
    const worst =
      found.find(({ status }) => status === 'critical') ??
      found.find(({ status }) => status === 'degraded') ??
      found[0];
    const all = found.reduce((sum, each) => sum + each.conditions, 0);
    if (worst) return { ...worst, conditions: all };
    if (isNew && parts.length === 0)
      return { status: 'unknown', reason: 'Nothing is known of it yet.', since: null, conditions: 0 };
    const reason =
      parts.length > 0 ? `All ${parts.length} parts are well.` : 'None of its 3 rules finds anything wrong.';
    return { status: 'healthy', reason, since: null, conditions: 0 };
  };
  return [
    { name: 'service', title: 'Token service', parent: null, essential: true, ...assess('service') },
    ...PARTS.map(([name, title, parent, essential = true]) => ({
      name,
      title,
      parent,
      essential,
      ...assess(name),
    })),
  ];
}
