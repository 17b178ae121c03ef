import { z } from 'zod';
import { conditionLevel } from './health.ts';

const incidentCondition = z.object({
  id: z.string(),
  rule: z.string(),
  component: z.string(),
  /** `root` is what is to be healed; a `symptom` is explained by another one; the rest began beside it. */
  role: z.enum(['root', 'symptom', 'beside']),
  /** The worst. */
  level: conditionLevel,
  since: z.number(),
  /** Null while it is there. */
  endedAt: z.number().nullable(),
  /** How often it began. */
  starts: z.number(),
});

/** One thing that went wrong, with all that came of it. */
export const incidentSummary = z.object({
  id: z.string(),
  /** What the root said when it began. */
  title: z.string(),
  component: z.string(),
  /** The worst. */
  level: conditionLevel,
  openedAt: z.number(),
  /** When its last condition ended; null while one is there. */
  endedAt: z.number().nullable(),
  /** `ended`: for less than five minutes, so that it may come back. */
  state: z.enum(['open', 'ended', 'closed']),
  /** How it ended, or that it has not, in one sentence. */
  outcome: z.string(),
  /** The recovery that ended it; null where none did. */
  healedBy: z.string().nullable(),
  /** Whether a person was called. */
  isManual: z.boolean(),
  conditions: z.array(incidentCondition),
});
export type IncidentSummary = z.infer<typeof incidentSummary>;

/** `GET /api/incidents`, newest first: at most 200 of the last seven days. */
export const incidentList = z.object({ at: z.number(), items: z.array(incidentSummary) });
export type IncidentList = z.infer<typeof incidentList>;

/** `GET /api/incidents/:id`. */
export const incidentDetail = incidentSummary.extend({
  /** Entries of the journal, oldest first. */
  timeline: z.array(
    z.object({
      seq: z.number(),
      at: z.number(),
      type: z.string(),
      subject: z.string().nullable(),
      reason: z.string(),
    }),
  ),
  /** Entries that were left out of the middle of a long timeline. */
  leftOut: z.number(),
  /** The same for people, as Markdown. */
  postMortem: z.string(),
});
export type IncidentDetail = z.infer<typeof incidentDetail>;
