import { z } from 'zod';

const fault = z.object({ path: z.string(), message: z.string() });

/** A setting that changed. Values are as written; what is secret is left out, and what is long is cut. */
export const configChange = z.object({
  path: z.string(),
  from: z.unknown(),
  to: z.unknown(),
  /** Whether it acts at once; the others act at the next start. */
  live: z.boolean(),
});
export type ConfigChange = z.infer<typeof configChange>;

/** How a configuration came: with the start, by the file, by SIGHUP, or by somebody who asked for it. */
export const configVia = z.enum(['start', 'file', 'signal', 'api']);
export type ConfigVia = z.infer<typeof configVia>;

/** `GET /admin/config`. */
export const configReport = z.object({
  at: z.number(),
  /** Names the content. */
  hash: z.string(),
  acceptedAt: z.number(),
  /** The file that is read, and read again when it changes; null for none. */
  file: z.string().nullable(),
  /** Why the file is not in force as it stands; what was accepted last is. Null while it is. */
  refused: z
    .object({ since: z.number(), at: z.number(), reason: z.string(), faults: z.array(fault) })
    .nullable(),
  items: z.array(
    z.object({
      path: z.string(),
      /** As written. */
      value: z.unknown(),
      /** `default`, a file, `environment`, `run time`, `command line`. */
      source: z.string(),
      /** Whether a change acts without a new start. */
      live: z.boolean(),
      /** What acts now; another one than `value` while that waits for the next start. */
      inForce: z.unknown(),
      waits: z.boolean(),
      about: z.string(),
    }),
  ),
});
export type ConfigReport = z.infer<typeof configReport>;

const settingPath = z.string().min(1).max(200);

/** Body of `POST /admin/config`: settings over those of the file, by path, and which of them to take back. */
export const configBody = z
  .object({
    set: z.record(settingPath, z.unknown()).optional(),
    revert: z.union([z.literal('all'), z.array(settingPath).max(500)]).optional(),
    why: z.string().trim().max(500).optional(),
  })
  .refine(({ set, revert }) => set !== undefined || revert !== undefined, 'needs `set` or `revert`');
export type ConfigBody = z.infer<typeof configBody>;

/** What a change came to. */
export const configResult = z.object({
  hash: z.string(),
  changes: z.array(configChange),
  sentence: z.string(),
});
export type ConfigResult = z.infer<typeof configResult>;
