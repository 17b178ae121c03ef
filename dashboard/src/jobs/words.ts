import type { HealthStatus, JobGroup, JobReport, RunReport } from '../../../src/contract/index.ts';
import { rate } from '../format.ts';

/** A state as colour and shape, and in a few words. */
export interface Standing {
  readonly state: HealthStatus;
  readonly words: string;
}

export function standingOf({ state, lastRun }: Pick<JobReport, 'state' | 'lastRun'>): Standing {
  switch (state) {
    case 'running':
      return { state: 'healthy', words: 'Running' };
    case 'idle':
      return lastRun === null
        ? { state: 'unknown', words: 'Not run yet' }
        : { state: 'healthy', words: 'Waits for its time' };
    case 'stalled':
      return { state: 'degraded', words: 'Stalled' };
    case 'backing_off':
      return { state: 'degraded', words: 'Waits after a failure' };
    case 'parked':
      return { state: 'degraded', words: 'Parked' };
    case 'stopped':
      return { state: 'unknown', words: 'Restarting' };
  }
}

/** Whether the reason for the state is worth telling. */
export const isExplained = ({ state, reason }: Pick<JobReport, 'state' | 'reason'>): boolean =>
  reason !== '' && state !== 'idle' && state !== 'running';

/** How a group is, in words. */
export const statusWords: Record<HealthStatus, string> = {
  healthy: 'Runs as planned',
  degraded: 'Degraded',
  critical: 'Critical',
  unknown: 'Not run yet',
};

export function outcomeOf({ outcome, abandoned }: Pick<RunReport, 'outcome' | 'abandoned'>): Standing {
  const given = abandoned ? ', given up' : '';
  switch (outcome) {
    case 'succeeded':
      return { state: 'healthy', words: 'Succeeded' };
    case 'failed':
      return { state: 'degraded', words: `Failed${given}` };
    case 'timed_out':
      return { state: 'degraded', words: `Took too long${given}` };
    case 'stalled':
      return { state: 'degraded', words: `Stalled${given}` };
    case 'cancelled':
      return { state: 'unknown', words: 'Cut off' };
    case 'interrupted':
      return { state: 'unknown', words: 'Interrupted' };
  }
}

const askers: Record<RunReport['askedBy'], string> = {
  plan: 'Plan',
  retry: 'Retry',
  recovery: 'Recovery',
  restart: 'Restart',
  hand: 'By hand',
};

/** Who or what started a run, and why. */
export function askedBy({ askedBy: by, who, why }: Pick<RunReport, 'askedBy' | 'who' | 'why'>): string {
  const asker = who === null ? askers[by] : by === 'hand' ? `Asked by ${who}` : `${askers[by]}, ${who}`;
  return why === null ? asker : `${asker}: ${why}`;
}

/** "118 of 120": runs an hour against plan. */
export function runsAgainstPlan({
  runsPerHour,
  plannedPerHour,
}: Pick<JobGroup, 'runsPerHour' | 'plannedPerHour'>): string {
  if (plannedPerHour === null) return rate(runsPerHour);
  return `${rate(runsPerHour)} of ${rate(plannedPerHour)}`;
}

/** What it says of how far it is, 0..1; null when it has not said anything that can be drawn. */
export function shareDone(progress: { readonly done: number; readonly total: number } | null): number | null {
  if (progress === null || progress.total <= 0) return null;
  return Math.min(1, Math.max(0, progress.done / progress.total));
}
