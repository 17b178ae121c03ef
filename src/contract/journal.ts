import { z } from 'zod';
import { configChange, configVia } from './config.ts';
import { breakerState, featureState } from './dependencies.ts';
import { moveCause, poolVerification } from './flow.ts';
import { activationCheck, dataQuality, tokenStatus } from './tokens.ts';
import { conditionLevel } from './health.ts';

/**
 * What happened, as it is stored: append-only, one entry an event, each with its reason in one sentence. `data`
 * depends on `type`. `subject` is a mint, a rule, a feed, a job or null.
 */
const draft = <Type extends string, Data extends z.ZodRawShape>(type: Type, data: Data) =>
  z.object({
    type: z.literal(type),
    at: z.number(),
    subject: z.string().nullable(),
    reason: z.string(),
    data: z.object(data),
  });

const level = conditionLevel;
const actionStep = z.enum(['soft', 'medium', 'hard']);
const qualityLevel = dataQuality.shape.level;
/** How many of its kind came before without an entry: what goes back and forth does not fill the journal. */
const leftOut = z.number();

export const journalDraft = z.discriminatedUnion('type', [
  draft('service.started', { version: z.string(), market: z.string(), pid: z.number().nullable() }),
  draft('service.stopped', { cause: z.string() }),
  draft('store.recovered', { setAside: z.string(), salvaged: z.record(z.string(), z.number()) }),
  /** The database was backed up, or could not be. */
  draft('backup.made', { path: z.string(), bytes: z.number(), durationMs: z.number() }),
  draft('backup.failed', { cause: z.string() }),
  draft('token.discovered', { feed: z.string() }),
  draft('token.checked', { check: activationCheck }),
  draft('token.moved', {
    from: tokenStatus,
    to: tokenStatus,
    cause: moveCause.optional(),
    /** How long it was in the status that it leaves. */
    dwellMs: z.number().optional(),
    check: activationCheck.nullable(),
  }),
  draft('token.held', { from: tokenStatus, to: tokenStatus, cause: moveCause }),
  draft('token.verified', { verification: poolVerification }),
  draft('token.quality', { from: qualityLevel.nullable(), to: qualityLevel }),
  draft('moves.held', { wouldMove: z.number(), judged: z.number(), until: z.number() }),
  draft('moves.released', { by: z.enum(['share', 'time', 'person']), waited: z.number() }),
  draft('source.lost', { origin: z.string(), error: z.string() }),
  draft('source.regained', { origin: z.string(), afterMs: z.number() }),
  /** Calls to a dependency are refused from now on, tried, or made again. */
  draft('dependency.state', { from: breakerState, to: breakerState, leftOut }),
  /** A dependency asked for fewer calls, so fewer of `limit` a minute are made for a while. */
  draft('dependency.throttled', {
    quota: z.string(),
    rate: z.number(),
    limit: z.number(),
    /** How long it asked to be left alone; 0 when it did not. */
    pauseMs: z.number(),
    leftOut,
  }),
  /** What the service does went on, off, or to data from before. */
  draft('feature.changed', { from: featureState, to: featureState, leftOut }),
  /** A feed that tells by itself was lost; it was last proven to be alive so long before. */
  draft('feed.lost', { cause: z.string(), provenAgoMs: z.number() }),
  /** The time from `from` to `to`, for which a feed may have missed tokens, was looked into by the feeds in `asked`. */
  draft('feed.gap_closed', {
    from: z.number(),
    to: z.number(),
    lengthMs: z.number(),
    found: z.number(),
    asked: z.array(z.string()),
  }),
  /** The event loop did not turn. `unfinished`: the process ended meanwhile, and this is told by the next one. */
  draft('loop.blocked', {
    blockedMs: z.number(),
    cause: z.enum(['javascript', 'native', 'unknown']),
    /** Of the frame to look at first. */
    function: z.string().nullable(),
    file: z.string().nullable(),
    line: z.number().nullable(),
    lastWork: z.string().nullable(),
    unfinished: z.boolean(),
    leftOut,
  }),
  /** Jobs: `subject` is the job; of `jobs.restarted` and `jobs.escalated` the job, the group or null for all. */
  draft('job.parked', { group: z.string(), why: z.string() }),
  draft('job.unparked', { group: z.string(), who: z.string(), why: z.string() }),
  /** A run did not get on or took too long. `abandoned`: it did not end when it was told to. */
  draft('job.cut_off', {
    group: z.string(),
    runId: z.string(),
    outcome: z.enum(['stalled', 'timed_out', 'failed']),
    cause: z.string(),
    abandoned: z.boolean(),
  }),
  /** The result of a run that was abandoned came after all, and was ignored. */
  draft('job.late_result', { run: z.number() }),
  draft('jobs.restarted', {
    scope: z.enum(['job', 'group', 'all']),
    emergency: z.boolean(),
    who: z.string(),
    why: z.string(),
  }),
  draft('jobs.escalated', { restarts: z.number(), reasons: z.array(z.string()) }),
  /** The wall clock moved against the monotonic one: somebody set it, or the machine slept. */
  draft('clock.jumped', { jumpMs: z.number() }),
  /** The configuration is another one; with the start: than the one that was in force last. */
  draft('config.changed', {
    hash: z.string(),
    via: configVia,
    who: z.string().nullable(),
    why: z.string().nullable(),
    changes: z.array(configChange),
  }),
  /** A configuration was not taken; `subject` is its file. */
  draft('config.refused', {
    via: configVia,
    faults: z.array(z.object({ path: z.string(), message: z.string() })),
  }),
  draft('condition.started', { level, value: z.number(), limit: z.number(), unit: z.string() }),
  draft('condition.changed', {
    from: level,
    to: level,
    value: z.number(),
    limit: z.number(),
    unit: z.string(),
  }),
  draft('condition.ended', { level, value: z.number().nullable(), durationMs: z.number() }),
  /** A recovery begins. `subject` is its condition, here and below; null when a person asked for it without one. */
  draft('action.taken', {
    action: z.string(),
    condition: z.string().nullable(),
    verifyBy: z.number().nullable(),
    /** The same in the log and in what follows. */
    id: z.string().optional(),
    step: actionStep.optional(),
    component: z.string().optional(),
    verifyWithinMs: z.number().optional(),
    /** `service`, or who asked. */
    by: z.string().optional(),
  }),
  draft('action.verified', {
    action: z.string(),
    condition: z.string().nullable(),
    outcome: z.enum(['worked', 'did-not-work', 'made-it-worse']),
    id: z.string().optional(),
    step: actionStep.optional(),
  }),
  /** Why nothing is done for a condition that could be recovered. */
  draft('recovery.waiting', { cause: z.string() }),
  /** The service can do nothing more by itself. `evidence` is the folder that tells how it was; null when none was kept. */
  draft('recovery.manual', { level, evidence: z.string().nullable() }),
  /** What a person asked for and did not get. */
  draft('recovery.refused', { action: z.string(), by: z.string() }),
  /** A person asked for a run beside the plan. */
  draft('job.run', { who: z.string(), why: z.string().nullable() }),
  draft('samples', { samples: z.record(z.string(), z.number().nullable()) }),
  draft('security', {
    event: z.enum(['bad-token', 'lock-out', 'token-created', 'token-revoked', 'login', 'logout']),
    address: z.string().nullable(),
  }),
]);
/** An entry before the store numbers it. */
export type JournalDraft = z.infer<typeof journalDraft>;
export type JournalType = JournalDraft['type'];
/** A stored entry. `seq` rises by one with each entry and is never used twice. */
export type JournalEntry = JournalDraft & { readonly seq: number };

/** `JournalEntry` as it crosses the border. */
export const journalEntry = z.intersection(journalDraft, z.object({ seq: z.number() }));

/** Query of `GET /api/journal`; newest first, `before` pages back. */
export const journalQuery = z.object({
  before: z.coerce.number().int().optional(),
  subject: z.string().max(200).optional(),
  type: z.string().max(60).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export type JournalQuery = z.infer<typeof journalQuery>;

export const journalPage = z.object({ items: z.array(journalEntry), nextBefore: z.number().nullable() });
export type JournalPage = { items: JournalEntry[]; nextBefore: number | null };
