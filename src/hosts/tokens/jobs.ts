import type { TokenImportResult } from '../../contract/index.ts';
import type { JobOptions, RunContext } from '../../warden/scheduler/index.ts';
import type { Discovery } from './discovery.ts';
import type { ExportFile } from './export-file.ts';
import type { TokenPipeline } from './pipeline-port.ts';
import { READ_GROUPS, type ReadGroup } from './read-groups.ts';

/** What the jobs do their work with. */
export interface TokenJobsPorts {
  readonly pipeline: Pick<TokenPipeline, 'openShift'>;
  readonly discovery: Pick<Discovery, 'polled'>;
  /** Null when no file is configured. */
  readonly exportFile: ExportFile | null;
  readonly feedIntervalMs: number;
  readonly exportIntervalMs: number;
  /** How long a call to the source may take, in ms. */
  readonly callMs: number;
  /** Why work with the source may be tried again; null while it does not answer. */
  readonly sourceAnswers: () => string | null;
  /** Whether that work is switched off: then a run does nothing. */
  readonly isOff: (what: 'feeds' | 'export') => boolean;
}

/** How long a shift of each group lasts, in ms. The more often a token is read, the sooner others take over. */
const LENGTHS: Readonly<Record<ReadGroup, number>> = {
  hot: 30_000,
  cold: 60_000,
  archive: 60_000,
  activation: 60_000,
};
/** Of its length, what a shift may go on without a token read while it ought to read some. */
const STALL_SHARE = 2 / 3;
/** Without reads nothing else works, so that a group is tried again soon. */
const UNPARK = { firstMs: 10_000, capMs: 30_000 };
/** A feed that failed is asked again after so long; at each interval if that is shorter. */
const FEED_RETRY_MS = 5_000;
/** Failures in a row: an outage is no fault of a feed, so that it is parked late. */
const FEED_TRIES = 60;

/** When the first answers have come. */
const FIRST_WRITE_MS = 10_000;

/** What stands for a group of feeds that are polled. */
const DISCOVERY = 'discovery';

/** The job that asks a polled feed. */
export const jobOfFeed = (feed: string): string => (feed === 'file' ? 'import-file' : feed);

/**
 * The work on tokens as jobs. A run that reads tokens is a shift: it reads until the next run takes over, and ends once its
 * reads have come back, so that two of them may be under way.
 */
export function tokenJobs(ports: TokenJobsPorts): readonly JobOptions[] {
  const { pipeline, discovery, exportFile, feedIntervalMs, callMs, sourceAnswers, isOff } = ports;
  const shifts = READ_GROUPS.map((group): JobOptions => {
    const lengthMs = LENGTHS[group];
    return {
      name: group,
      group,
      schedule: { everyMs: lengthMs, startAtOnce: true },
      overlap: { allow: 2 },
      // A call that is allowed to take long is no stall.
      stallMs: Math.max(STALL_SHARE * lengthMs, 2 * callMs),
      priority: 'high',
      essential: group !== 'archive',
      unparkWhen: sourceAnswers,
      unpark: UNPARK,
      run: (context) => pipeline.openShift(group, context, lengthMs),
    };
  });
  const retryMs = Math.min(FEED_RETRY_MS, feedIntervalMs);
  const feeds = discovery.polled.map(({ name, ask }): JobOptions => ({
    name: jobOfFeed(name),
    group: DISCOVERY,
    schedule: { everyMs: feedIntervalMs, startAtOnce: true },
    restart: { firstMs: retryMs, capMs: retryMs, jitter: 'none' },
    parkAfter: FEED_TRIES,
    unparkWhen: name === 'file' ? () => 'the file may have been mended' : sourceAnswers,
    run: async (context) => {
      if (isOff('feeds')) return;
      countItems(context, await ask(context.signal));
    },
  }));
  if (exportFile === null) return [...shifts, ...feeds];
  const intervalMs = ports.exportIntervalMs;
  return [
    ...shifts,
    ...feeds,
    {
      name: 'export',
      group: 'export',
      schedule: { everyMs: intervalMs, firstAfterMs: Math.min(intervalMs, FIRST_WRITE_MS) },
      restart: { firstMs: Math.min(FEED_RETRY_MS, intervalMs), capMs: intervalMs, jitter: 'none' },
      priority: 'low',
      unparkWhen: () => 'the folder may take files again',
      run: async () => {
        if (!isOff('export')) await exportFile.write();
      },
    },
  ];
}

/** What a feed told of is done by then: each token that came in, and each that was refused, with the reason. */
function countItems(run: RunContext, result: TokenImportResult | null): void {
  for (const mint of result?.added ?? []) {
    run.begin(mint);
    run.done(mint);
  }
  for (const { input, reason } of result?.rejected ?? []) {
    run.begin(input);
    run.failed(input, reason);
  }
}
