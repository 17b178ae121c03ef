import {
  restartBody,
  runBody,
  whyBody,
  type JobActionResult,
  type JobDetail,
  type JobGroup,
  type JobReport,
  type OpenRun,
  type RunReport,
  type SchedulerReport,
} from '../../../src/contract/index.ts';
import { createRandom } from '../../../src/kernel/index.ts';
import type { FakeWorld } from './world.ts';

interface Plan {
  readonly name: string;
  readonly group: string;
  readonly everyMs: number;
  readonly tookMs: number;
  readonly items: number;
  readonly essential: boolean;
}

const PLANS: readonly Plan[] = [
  { name: 'hot', group: 'hot', everyMs: 30_000, tookMs: 30_400, items: 88, essential: true },
  { name: 'cold', group: 'cold', everyMs: 60_000, tookMs: 60_200, items: 71, essential: false },
  { name: 'archive', group: 'archive', everyMs: 60_000, tookMs: 60_100, items: 4, essential: false },
  { name: 'activation', group: 'activation', everyMs: 60_000, tookMs: 60_300, items: 12, essential: true },
  { name: 'profiles', group: 'discovery', everyMs: 60_000, tookMs: 310, items: 3, essential: false },
  { name: 'boosts', group: 'discovery', everyMs: 60_000, tookMs: 280, items: 1, essential: false },
  { name: 'import-file', group: 'discovery', everyMs: 300_000, tookMs: 40, items: 0, essential: false },
  { name: 'export', group: 'export', everyMs: 60_000, tookMs: 120, items: 10, essential: false },
];
const NO_ANSWER = 'connect ECONNREFUSED 104.26.0.123:443';
const STALLED = 'no progress for 120 s; it did not end when it was told to';
const HOUR_MS = 3_600_000;

/** What is known of a job beside its plan. */
interface Told {
  state: JobReport['state'];
  reason: string;
  failures: number;
  parkedByHand?: true;
}

/** The jobs of a situation. What a page asks for is done at once, and kept in `asked`. */
export class FakeJobs {
  readonly asked: (readonly [what: string, of: string, body: unknown])[] = [];
  /** What a test says of single jobs, by name. */
  readonly said = new Map<string, Partial<JobReport>>();
  /** The next restart still waits for what runs. */
  restartsSlowly = false;
  readonly #world: FakeWorld;
  readonly #told = new Map<string, Told>();

  constructor(world: FakeWorld) {
    this.#world = world;
  }

  report(): SchedulerReport {
    const at = this.#world.now();
    const jobs = this.#world.scenario === 'empty' ? [] : PLANS.map((plan) => this.#report(plan, at));
    const names = [...new Set(jobs.map(({ group }) => group))];
    const groups = names.map((name) => this.#group(name, jobs, at));
    const worst = (['critical', 'degraded', 'healthy'] as const).find((each) =>
      groups.some(({ status }) => status === each),
    );
    const [reason = '', ...more] = groups.flatMap(({ reasons }) => reasons);
    return {
      at,
      status: worst ?? 'unknown',
      sentence:
        worst === undefined
          ? 'There are no jobs.'
          : worst === 'healthy'
            ? `All ${jobs.length} jobs run as planned.`
            : `${worst === 'critical' ? 'Critical' : 'Degraded'}: ${reason}.${more.length > 0 ? ` ${more.length} more reasons below.` : ''}`,
      groups,
    };
  }

  job(name: string): JobReport | undefined {
    return this.report()
      .groups.flatMap(({ jobs }) => jobs)
      .find((job) => job.name === name);
  }

  detail(job: JobReport, limit: number): JobDetail {
    const plan = PLANS.find(({ name }) => name === job.name);
    const runs = plan ? runsOf(plan, this.#isFailing(plan), this.#world.now(), limit) : [];
    return { ...job, at: this.#world.now(), runs };
  }

  steer(
    { name, state, reason }: JobReport,
    what: string,
    body: unknown,
  ): { status: number; body: JobActionResult } | { refused: string } {
    const done = (sentence: string, status = 200) => ({
      status,
      body: this.#result(sentence, [name], status),
    });
    const ask = (parsed: unknown): void => void this.asked.push([what, name, parsed]);
    switch (what) {
      case 'run':
        ask(runBody.parse(body));
        if (state === 'parked') return { refused: `${name} is parked, so it does not run: ${reason}` };
        return done(`A run of ${name} starts now.`);
      case 'park': {
        const { why } = whyBody.parse(body);
        ask({ why });
        this.#told.set(name, { state: 'parked', reason: `laptop: ${why}`, failures: 0, parkedByHand: true });
        return done(`${name} is parked and starts no run until it is unparked.`);
      }
      case 'unpark':
        ask(whyBody.parse(body));
        this.#told.set(name, { state: 'idle', reason: '', failures: 0 });
        return done(`${name} is no longer parked, and a run of it starts now.`);
      default:
        ask(restartBody.parse(body));
        return this.#restarted([name]);
    }
  }

  restartAll(body: { readonly group?: string | undefined }) {
    const of = PLANS.filter(({ group }) => body.group === undefined || body.group === group);
    this.asked.push(['restart', body.group ?? 'all', body]);
    return this.#restarted(of.map(({ name }) => name));
  }

  #restarted(names: readonly string[]): { status: number; body: JobActionResult } {
    if (!this.restartsSlowly) {
      const sentence = `${names.join(', ')} restarted after 3 s, when what ran had ended.`;
      return { status: 200, body: this.#result(sentence, names, 200) };
    }
    for (const name of names)
      this.#told.set(name, { state: 'stopped', reason: 'laptop: a test', failures: 0 });
    const sentence = `${names.join(', ')}: runs under way have not ended yet; what does not end in time is cut off, and then it goes on.`;
    return { status: 202, body: this.#result(sentence, names, 202) };
  }

  #result(sentence: string, names: readonly string[], status: number): JobActionResult {
    const jobs = this.report().groups.flatMap((group) => group.jobs);
    return { done: status === 200, sentence, jobs: jobs.filter(({ name }) => names.includes(name)) };
  }

  #isFailing({ group }: Plan): boolean {
    const { scenario } = this.#world;
    return (scenario === 'unreachable' || scenario === 'critical') && group === 'discovery';
  }

  #toldOf(plan: Plan): Told {
    const said = this.#told.get(plan.name);
    if (said) return said;
    const running: Told = {
      state: plan.tookMs >= plan.everyMs ? 'running' : 'idle',
      reason: plan.tookMs >= plan.everyMs ? 'started by plan' : 'succeeded',
      failures: 0,
    };
    if (this.#world.scenario === 'critical' && plan.name === 'hot')
      return {
        state: 'parked',
        reason: '5 runs in a row did not succeed; the last: no progress for 120 s',
        failures: 5,
      };
    if (this.#isFailing(plan) && plan.name !== 'import-file')
      return { state: 'backing_off', reason: NO_ANSWER, failures: 4 };
    return running;
  }

  #report(plan: Plan, at: number): JobReport {
    const { name, group, everyMs, essential } = plan;
    const { state, reason, failures, parkedByHand = false } = this.#toldOf(plan);
    const phase = at % everyMs;
    return {
      name,
      group,
      state,
      reason,
      parkedByHand,
      plan: everyMs > 60_000 ? `every ${everyMs / 60_000} min` : `every ${everyMs / 1_000} s`,
      essential,
      failures,
      running: state === 'running' ? [openRun(plan, at - phase, phase)] : [],
      waiting: state === 'stopped' ? 1 : 0,
      nextStartAt: state === 'parked' || state === 'stopped' ? null : at - phase + everyMs,
      lastRun: runsOf(plan, this.#isFailing(plan), at, 1)[0] ?? null,
      skipped: 0,
      lateResults: state === 'parked' ? 1 : 0,
      ...this.said.get(name),
    };
  }

  #group(group: string, all: readonly JobReport[], at: number): JobGroup {
    const jobs = all.filter((job) => job.group === group);
    const plans = PLANS.filter((plan) => plan.group === group);
    const isFailing = plans.some((plan) => this.#isFailing(plan));
    const reasons = jobs.flatMap(({ name, state, reason }) =>
      state === 'parked'
        ? [`${name} is parked: ${reason}`]
        : state === 'backing_off'
          ? [`${name} waits after a failure: ${reason}`]
          : [],
    );
    const grave = jobs.some(
      ({ state, essential, parkedByHand }) => state === 'parked' && essential && !parkedByHand,
    );
    const planned = plans.reduce((sum, { everyMs }) => sum + HOUR_MS / everyMs, 0);
    const took = Math.max(...plans.map(({ tookMs }) => tookMs));
    const runs = plans.flatMap((plan) => runsOf(plan, this.#isFailing(plan), at, 1));
    return {
      group,
      status: grave ? 'critical' : reasons.length > 0 ? 'degraded' : 'healthy',
      reasons,
      lastRun: runs.sort((a, b) => b.endedAt - a.endedAt)[0] ?? null,
      durationMs: { p50: took, p95: took * 1.1, max: took * 1.4 },
      itemsPerMinute: plans.reduce((sum, { items, everyMs }) => sum + (items * 60_000) / everyMs, 0),
      runsPerHour: isFailing ? planned * 0.22 : grave ? planned * 0.6 : planned - 0.4,
      plannedPerHour: planned,
      errors: isFailing
        ? { [NO_ANSWER]: 27, 'no answer within 12 s': 3 }
        : group === 'hot'
          ? { [STALLED]: 1 }
          : {},
      lagMs: { mean: 12, max: 340 },
      backlog: jobs.reduce((sum, { waiting }) => sum + waiting, 0),
      jobs,
    };
  }
}

function openRun({ name, everyMs, items }: Plan, startedAt: number, phase: number): OpenRun {
  const done = Math.round((items * phase) / everyMs);
  return {
    runId: `first/${name}/${startedAt}`,
    startedAt,
    progressAt: startedAt + phase - 400,
    progress: { done, total: items },
    inFlight: Math.min(3, items - done),
    itemsDone: done,
    itemsFailed: done > 40 ? 1 : 0,
    errors: done > 40 ? [{ cause: 'the answer has no pools', count: 1 }] : [],
  };
}

function runsOf(plan: Plan, isFailing: boolean, at: number, limit: number): RunReport[] {
  const { name, everyMs, tookMs, items } = plan;
  const last = at - (at % everyMs) - everyMs;
  return Array.from({ length: Math.min(limit, 60) }, (_, index) => {
    const plannedAt = last - index * everyMs;
    const random = createRandom(`${name} ${plannedAt}`);
    const stalled = index === 5 && name === 'hot';
    const failed = stalled || (isFailing && index < 4);
    const byHand = index === 2;
    const durationMs = stalled ? 132_000 : failed ? 2_100 : Math.round(tookMs * (0.95 + random.next() / 10));
    return {
      runId: `first/${name}/${plannedAt}`,
      plannedAt,
      startedAt: plannedAt + 12,
      endedAt: plannedAt + Math.min(durationMs, everyMs),
      durationMs,
      askedBy: byHand ? 'hand' : 'plan',
      who: byHand ? 'laptop' : null,
      why: byHand ? 'the source is back' : null,
      outcome: stalled ? 'stalled' : failed ? 'failed' : 'succeeded',
      abandoned: stalled,
      itemsDone: failed ? 0 : items,
      itemsFailed: failed ? 0 : index % 3,
      cause: stalled ? STALLED : failed ? NO_ANSWER : null,
    };
  });
}
