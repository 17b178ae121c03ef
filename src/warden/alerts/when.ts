/** A moment for reasons that are stored: `2026-11-24 03:12 UTC`. Messages to people are in their own time zone. */
export const clockTime = (at: number): string =>
  Number.isFinite(at) && Math.abs(at) <= 8.64e15
    ? `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
    : 'an unknown time';
