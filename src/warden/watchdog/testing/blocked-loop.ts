import { beatSettings, firstLook, judgeBeat } from '../judge-beat.ts';

/**
 * The longest that a block goes unnoticed under virtual time, in ms, wherever between two beats and two looks it begins.
 * @param limitMs of the watchdog
 */
export function longestUntilNoticed(limitMs: number): number {
  const settings = beatSettings(limitMs);
  let longestMs = 0;
  for (let beganMs = 0; beganMs < 10 * settings.beatMs; beganMs += 10)
    longestMs = Math.max(longestMs, noticedAt(10_000 + beganMs, settings) - 10_000 - beganMs);
  return longestMs;
}

/** When a look finds the loop blocked that beats until `beganMs`. */
function noticedAt(beganMs: number, settings: ReturnType<typeof beatSettings>): number {
  const { beatMs } = settings;
  const seenAt = (nowMs: number): { beat: number; atMs: number } => {
    const beat = Math.floor(Math.min(nowMs, beganMs) / beatMs);
    return { beat, atMs: beat * beatMs };
  };
  let nowMs = 0;
  for (let state = firstLook(0, 0, settings); ;) {
    nowMs += state.look.waitMs;
    const judged = judgeBeat(state, seenAt(nowMs), nowMs, settings);
    if (judged.news?.kind === 'blocked') return nowMs;
    state = judged.state;
  }
}
