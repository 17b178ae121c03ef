/** The market moves once a minute; a market minute is the number of whole minutes since the Unix epoch. */
export const MINUTE_MS = 60_000;
export const HOUR_MINUTES = 60;
export const DAY_MINUTES = 24 * HOUR_MINUTES;

/** How long a token that was born stays in the feeds. */
export const LISTED_MINUTES = 2 * DAY_MINUTES;

/** The market minute of a wall-clock time. */
export const minuteOf = (wallMs: number): number => Math.floor(wallMs / MINUTE_MS);
