import { z } from 'zod';

/** `ratio` is 0..1, and more where the meaning says so. */
export const resourceUnit = z.enum(['ratio', 'bytes', 'bytes/s', 's', 'count', '1/s']);
export type ResourceUnit = z.infer<typeof resourceUnit>;

/** One signal of the process or its machine, as it was read last. */
export const resourceValue = z.object({
  name: z.string(),
  unit: resourceUnit,
  meaning: z.string(),
  /** Null when nobody can say. */
  value: z.number().nullable(),
  /** Why there is no value; null when there is one. */
  reason: z.string().nullable(),
  /** When it was read; null: not yet. */
  at: z.number().nullable(),
});
export type ResourceValue = z.infer<typeof resourceValue>;

const limitOrigin = z.enum(['container', 'machine']);

/** `GET /health/resources`: what is known now; asking measures nothing. */
export const resourceReport = z.object({
  at: z.number(),
  /** What this process may use, and whose limit that is; null where it is not known. */
  limits: z.object({
    memory: z.object({ bytes: z.number().nullable(), origin: limitOrigin }),
    cpu: z.object({ count: z.number().nullable(), origin: limitOrigin }),
    heap: z.object({ bytes: z.number().nullable() }),
    fileDescriptors: z.object({ count: z.number().nullable() }),
  }),
  values: z.array(resourceValue),
});
export type ResourceReport = z.infer<typeof resourceReport>;
