import { RingBuffer, type Clock } from '../kernel/index.ts';
import type { JournalDraft } from '../contract/index.ts';
import type { RunRecord, Scheduler, SchedulerEvents, Scope } from '../warden/scheduler/index.ts';

/** More do not run at once. */
const MOST_CUT_OFF = 100;

/** Writes what happens to jobs into the journal. */
export function noteJobs(parts: {
  readonly clock: Clock;
  readonly scheduler: Pick<Scheduler, 'on'>;
  readonly note: (entry: JournalDraft) => void;
}): void {
  const { clock, scheduler } = parts;
  const note = (entry: JournalDraft | null): void => {
    if (entry !== null) parts.note(entry);
  };
  const at = (): number => clock.now();
  scheduler.on('job_parked', ({ job, group, why }) => {
    note({
      type: 'job.parked',
      at: at(),
      subject: job,
      reason: `The job ${job} is parked and does not run: ${why}.`,
      data: { group, why },
    });
  });
  scheduler.on('job_unparked', ({ job, group, who, why }) => {
    note({
      type: 'job.unparked',
      at: at(),
      subject: job,
      reason: `The job ${job} runs again; asked for by ${who}: ${why}.`,
      data: { group, who, why },
    });
  });
  /** Runs that a restart cut off: each of them is late, and that is no news. */
  const cutOff = new RingBuffer<string>(MOST_CUT_OFF);
  scheduler.on('run_ended', (record) => {
    if (record.outcome === 'cancelled') cutOff.push(`${record.job}/${record.runId.split('/').at(-1)}`);
    note(cutOffEntry(record));
  });
  scheduler.on('late_result', ({ job, serial }) => {
    if ([...cutOff].includes(`${job}/${serial}`)) return;
    note({
      type: 'job.late_result',
      at: at(),
      subject: job,
      reason: `Run ${serial} of the job ${job} ended after it was given up; its result was ignored.`,
      data: { run: serial },
    });
  });
  scheduler.on('restart', (asked) => {
    note(restartEntry(asked, at()));
  });
  scheduler.on('escalated', ({ restarts, reasons }) => {
    note({
      type: 'jobs.escalated',
      at: at(),
      subject: null,
      reason: `Jobs stay broken after ${restarts} restarts of the scheduler: ${reasons.join('; ')}.`,
      data: { restarts, reasons: [...reasons] },
    });
  });
  scheduler.on('clock_jump', ({ jumpMs }) => {
    const seconds = Math.round(Math.abs(jumpMs) / 1_000);
    note({
      type: 'clock.jumped',
      at: at(),
      subject: null,
      reason: `The wall clock moved ${jumpMs > 0 ? 'forward' : 'back'} by ${seconds} s, or the machine slept; each job that missed a start runs once.`,
      data: { jumpMs: Math.round(jumpMs) },
    });
  });
}

/** Null for a run that ended by itself, or because somebody restarted it: that has an entry of its own. */
function cutOffEntry({
  job,
  group,
  runId,
  outcome,
  cause,
  abandoned,
  endedAt,
}: RunRecord): JournalDraft | null {
  const isCutOff = outcome === 'stalled' || outcome === 'timed_out' || (outcome === 'failed' && abandoned);
  if (!isCutOff) return null;
  const why = cause ?? outcome;
  return {
    type: 'job.cut_off',
    at: endedAt,
    subject: job,
    reason: `A run of the job ${job} was cut off: ${why}.`,
    data: { group, runId, outcome, cause: why, abandoned },
  };
}

function restartEntry({ scope, emergency, who, why }: SchedulerEvents['restart'], at: number): JournalDraft {
  const [kind, subject] = scopeOf(scope);
  const what =
    kind === 'job'
      ? `The job ${subject}`
      : kind === 'group'
        ? `All jobs of the group ${subject}`
        : 'All jobs';
  const how = emergency ? 'at once' : 'when what runs has ended';
  return {
    type: 'jobs.restarted',
    at,
    subject: kind === 'all' ? null : subject,
    reason: `${what} ${kind === 'job' ? 'starts' : 'start'} anew, ${how}; asked for by ${who}: ${why}.`,
    data: { scope: kind, emergency, who, why },
  };
}

function scopeOf(scope: Scope): readonly ['job' | 'group' | 'all', string] {
  if (scope === 'scheduler') return ['all', ''];
  return 'job' in scope ? ['job', scope.job] : ['group', scope.group];
}
