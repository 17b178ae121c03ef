import type { DexClient } from '../hosts/dexscreener/index.ts';
import type { LivePart } from '../warden/config/index.ts';
import type { Rule } from '../warden/detection/index.ts';
import type { Scheduler } from '../warden/scheduler/index.ts';
import type { ServiceBackups } from './backups.ts';
import type { JobPlan, ServiceJobs } from './jobs.ts';
import type { Settings } from './settings.ts';

/** What the pipeline is to do: without what is switched off. Pure. */
export const tokensBy = ({ tokens, features }: Pick<Settings, 'tokens' | 'features'>): Settings['tokens'] =>
  features.verification === 'off' ? { ...tokens, verifyShare: 0 } : tokens;

/** What the settings say of when jobs run. Pure. */
export const jobPlanOf = ({
  jobs,
  tokens,
  export: exported,
  dexscreener,
}: Pick<Settings, 'jobs' | 'tokens' | 'export' | 'dexscreener'>): JobPlan => ({
  limits: jobs,
  feedIntervalMs: tokens.feedIntervalMs,
  exportIntervalMs: exported.intervalMs,
  callMs: dexscreener.timeoutMs,
});

/** What {@link liveParts} brings new settings to. */
export interface LivePartsPorts {
  /** Changed in place: whoever reads a live setting next reads the new one. */
  readonly settings: Pick<Settings, 'tokens' | 'export' | 'features' | 'backup' | 'recovery'>;
  readonly dex: Pick<DexClient, 'configure'>;
  readonly jobs: Pick<ServiceJobs, 'configure'>;
  readonly scheduler: Pick<Scheduler, 'configure'>;
  readonly backups: Pick<ServiceBackups, 'job' | 'schedule'> | null;
  /** @throws when rules cannot be made of it. */
  readonly rulesBy: (settings: Settings) => readonly Rule[];
  readonly useRules: (rules: readonly Rule[], settings: Settings['rules']) => void;
  /** Has the service judged anew at once. */
  readonly wake: () => void;
}

/** The parts of the service that take new settings while it runs, in the order in which they get them. */
export function liveParts(ports: LivePartsPorts): readonly LivePart<Settings>[] {
  const { settings, dex, jobs, scheduler, backups, rulesBy, useRules, wake } = ports;
  return [
    {
      name: 'tokens',
      prepare: (next) => () => {
        Object.assign(settings.tokens, tokensBy(next));
      },
    },
    {
      name: 'export',
      prepare: (next) => () => {
        Object.assign(settings.export, next.export);
      },
    },
    {
      name: 'features',
      prepare: (next) => () => {
        Object.assign(settings.features, next.features);
        wake();
      },
    },
    {
      name: 'backup',
      prepare: (next) => () => {
        const isOther = next.backup.intervalMs !== settings.backup.intervalMs;
        Object.assign(settings.backup, next.backup);
        if (backups?.job && isOther) scheduler.configure(backups.job.name, { schedule: backups.schedule() });
      },
    },
    {
      name: 'recovery',
      prepare: (next) => () => {
        Object.assign(settings.recovery, next.recovery);
      },
    },
    {
      name: 'jobs',
      prepare: (next) => () => {
        jobs.configure(jobPlanOf(next));
      },
    },
    {
      name: 'dexscreener',
      prepare: (next) => () => {
        dex.configure(next.dexscreener);
      },
    },
    {
      name: 'rules',
      prepare(next) {
        const made = rulesBy(next);
        return () => {
          useRules(made, next.rules);
          wake();
        };
      },
    },
  ];
}
