import { z } from 'zod';

/** What would make the service faster or let it carry more. */
const recommendation = z.object({
  /** The same for the same advice. */
  id: z.string(),
  /** What to do, in one sentence. */
  sentence: z.string(),
  /** What it follows from, in figures. */
  evidence: z.string(),
  /** What is to be expected of it. */
  effect: z.string(),
  /** The setting that it turns, with the value that it has and the one that is proposed; null where it is none. */
  knob: z.object({ setting: z.string(), from: z.string(), to: z.string() }).nullable(),
  /** It may be done without a person: it costs nothing and can be taken back. */
  safe: z.boolean(),
});
export type Recommendation = z.infer<typeof recommendation>;

/** `GET /admin/performance/recommendations`, what helps most first; empty when there is nothing to do. */
export const recommendationList = z.object({ at: z.number(), items: z.array(recommendation) });
export type RecommendationList = z.infer<typeof recommendationList>;
