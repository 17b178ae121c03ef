import type { JobReport } from '../../../src/contract/index.ts';
import { withName } from '../api/job-queries.ts';
import { paths } from '../api/paths.ts';

/** Something that a person may do with jobs, told before it is done. */
export interface Action {
  /** On the button. */
  readonly name: string;
  /** On the button that does it: "Park hot". */
  readonly confirm: string;
  /** What it will do. */
  readonly effect: string;
  readonly path: string;
  readonly group?: string | undefined;
  readonly needsWhy: boolean;
  /** Whether it may also cut off at once what runs. */
  readonly mayCutOff: boolean;
}

const RESTART =
  'starts no new run, waits up to 30 s for what runs, cuts off the rest and goes on. No run is lost, and what was begun comes first.';

/** What can be done with a job as it is now. */
export function actionsOf(job: JobReport): readonly Action[] {
  const { name, state, running, parkedByHand } = job;
  const restart: Action = {
    name: 'Restart',
    confirm: `Restart ${name}`,
    effect: `It ${RESTART}`,
    path: withName(paths.jobRestart, name),
    needsWhy: true,
    mayCutOff: true,
  };
  if (state === 'parked') {
    const unpark: Action = {
      name: 'Unpark',
      confirm: `Unpark ${name}`,
      effect: 'A run starts at once, and it goes on by its plan.',
      path: withName(paths.jobUnpark, name),
      needsWhy: true,
      mayCutOff: false,
    };
    const keep: Action = {
      name: 'Keep parked',
      confirm: `Keep ${name} parked`,
      effect: 'It is not tried again by itself any more, but only once somebody unparks it.',
      path: withName(paths.jobPark, name),
      needsWhy: true,
      mayCutOff: false,
    };
    return parkedByHand ? [unpark] : [unpark, keep];
  }
  const run: Action = {
    name: 'Run now',
    confirm: `Run ${name} now`,
    effect:
      running.length === 0
        ? 'A run starts at once; its plan stays as it is.'
        : 'A run starts beside the one under way if it may, or else when that has ended; its plan stays as it is.',
    path: withName(paths.jobRun, name),
    needsWhy: false,
    mayCutOff: false,
  };
  const park: Action = {
    name: 'Park',
    confirm: `Park ${name}`,
    effect: `No run starts until it is unparked${running.length === 0 ? '' : '; what runs goes on to its end'}. Its group counts as degraded meanwhile.`,
    path: withName(paths.jobPark, name),
    needsWhy: true,
    mayCutOff: false,
  };
  return [run, restart, park];
}

/** The restart of a group, or of every job. */
export function restartsOf(what: string, group: string | undefined): Action {
  return {
    name: `Restart ${what}`,
    confirm: `Restart ${what}`,
    effect: `Each of them ${RESTART}`,
    path: paths.schedulerRestart,
    group,
    needsWhy: true,
    mayCutOff: true,
  };
}
