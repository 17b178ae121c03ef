import { z } from 'zod';

const step = z.enum(['soft', 'medium', 'hard']);

/** `GET /health/recovery`: how the service heals itself. */
export const recoveryReport = z.object({
  at: z.number(),
  /** `observe`: it says what it would do, and does nothing by itself. */
  mode: z.enum(['act', 'observe']),
  /** Why the process cannot be restarted by its supervisor; null when it can. */
  noRestart: z.string().nullable(),
  /** Recoveries of the last hour, and how many it may have. */
  budget: z.object({
    perHour: z.number(),
    used: z.number(),
    hardPerHour: z.number(),
    hardUsed: z.number(),
  }),
  /** What runs, or whose effect is still to be seen. */
  pending: z.array(
    z.object({
      id: z.string(),
      action: z.string(),
      step,
      condition: z.string().nullable(),
      by: z.string(),
      startedAt: z.number(),
      /** When it has not worked if its condition is still there; null while it runs. */
      verifyBy: z.number().nullable(),
    }),
  ),
  /** Conditions that there are now and that something may heal. */
  conditions: z.array(
    z.object({
      condition: z.string(),
      step: z.enum(['soft', 'medium', 'hard', 'manual']),
      state: z.enum(['recovering', 'waiting', 'manual']),
      /** Why nothing is done now; null while something is. */
      why: z.string().nullable(),
      lastAt: z.number().nullable(),
    }),
  ),
  /** What the service can do, and what came of it for which condition. */
  actions: z.array(
    z.object({
      name: z.string(),
      step,
      component: z.string(),
      ends: z.array(z.string()),
      verifyWithinMs: z.number(),
      outcomes: z.array(
        z.object({
          condition: z.string(),
          worked: z.number(),
          didNotWork: z.number(),
          madeItWorse: z.number(),
        }),
      ),
    }),
  ),
});
export type RecoveryReport = z.infer<typeof recoveryReport>;

/** Body of `POST /admin/recover`. */
export const recoverBody = z.object({ action: z.string().min(1).max(100) });

export type RecoverBody = z.infer<typeof recoverBody>;

/** What came of asking: the action has begun, and `id` names it in log and journal. */
export const recoverAnswer = z.object({ id: z.string() });
