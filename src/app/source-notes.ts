import type { Clock, Logger } from '../kernel/index.ts';
import type { JournalDraft } from '../contract/index.ts';
import type { DexChange } from '../hosts/dexscreener/index.ts';

/** Tells the journal and the log that the source is lost or answers again. */
export function sourceNotes(ports: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly note: (entry: JournalDraft) => void;
  readonly origin: string;
}): (change: DexChange) => void {
  const { clock, log, note, origin } = ports;
  return (change) => {
    if (change.kind === 'lost') {
      log.error(`Cannot reach ${origin}; it is tried again by itself.`, { cause: change.error });
      note({
        type: 'source.lost',
        at: clock.now(),
        subject: 'dexscreener',
        reason: `${origin} cannot be reached: ${change.error}.`,
        data: { origin, error: change.error },
      });
      return;
    }
    const afterMs = Math.round(change.afterMs);
    log.info(`${origin} answers again.`, { after_ms: afterMs });
    note({
      type: 'source.regained',
      at: clock.now(),
      subject: 'dexscreener',
      reason: `${origin} answers again after ${Math.round(afterMs / 1_000)} s.`,
      data: { origin, afterMs },
    });
  };
}
