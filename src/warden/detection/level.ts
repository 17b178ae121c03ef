/** From the mildest to the gravest. */
export const LEVELS = ['warning', 'error', 'critical'] as const;

export type Level = (typeof LEVELS)[number];

/** Something for each level that a rule has. */
export type PerLevel<T> = { readonly [L in Level]?: T | undefined };

/** 0 for none, then higher the graver. */
export const rankOf = (level: Level | null): number => (level === null ? 0 : LEVELS.indexOf(level) + 1);

/** Whether a level is graver than another one. */
export const isGraver = (level: Level, than: Level): boolean => rankOf(level) > rankOf(than);
