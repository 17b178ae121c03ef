import {
  defineSection,
  duration,
  field,
  live,
  optionalField,
  type SettingsOf,
} from '../warden/config/index.ts';
import type { JobOptions } from '../warden/scheduler/index.ts';

const SECOND_MS = 1_000;
const LIMIT = { minMs: SECOND_MS, maxMs: 3_600_000 };

const stallAfter = (group: string) =>
  optionalField(
    duration(LIMIT),
    `The same for the jobs of the group \`${group}\`; goes before \`stall_after\`.`,
  );

/** When jobs are looked at, and when a run of one has stalled. */
export const jobsSection = defineSection({
  name: 'jobs',
  about: 'When a run of a job has stalled, and how it is ended ([jobs](jobs.md)).',
  fields: {
    checkIntervalMs: field(
      // At most so long that a missed start is still noticed within a minute.
      duration({ minMs: SECOND_MS, maxMs: 10_000 }),
      '5s',
      'Time between looks of the scheduler at its jobs and at itself.',
    ),
    graceMs: live(
      field(
        duration(LIMIT),
        '10s',
        'How long a run that was told to end may take for it, before it is given up and another begins.',
      ),
    ),
    stallAfterMs: live(
      optionalField(
        duration(LIMIT),
        'A run that gets on with nothing for so long has stalled. Without it: 20 s for `hot`, 40 s for other jobs that read tokens, and never less than two calls to the source may take; 2 min for all others.',
      ),
    ),
    hotStallAfterMs: live(stallAfter('hot')),
    coldStallAfterMs: live(stallAfter('cold')),
    archiveStallAfterMs: live(stallAfter('archive')),
    activationStallAfterMs: live(stallAfter('activation')),
    discoveryStallAfterMs: live(stallAfter('discovery')),
    exportStallAfterMs: live(stallAfter('export')),
  },
});
export type JobSettings = SettingsOf<typeof jobsSection>;

/** A job with the limits that its group has by the settings; what they do not say stays as it is. Pure. */
export function withLimits(job: JobOptions, settings: JobSettings): JobOptions {
  const ofGroup: Readonly<Record<string, number | null>> = {
    hot: settings.hotStallAfterMs,
    cold: settings.coldStallAfterMs,
    archive: settings.archiveStallAfterMs,
    activation: settings.activationStallAfterMs,
    discovery: settings.discoveryStallAfterMs,
    export: settings.exportStallAfterMs,
  };
  const stallMs = ofGroup[job.group] ?? settings.stallAfterMs ?? job.stallMs;
  return { ...job, graceMs: settings.graceMs, ...(stallMs === undefined ? {} : { stallMs }) };
}
