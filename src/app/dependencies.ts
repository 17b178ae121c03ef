import type { Clock, Logger } from '../kernel/index.ts';
import type { BreakerState, JournalDraft } from '../contract/index.ts';
import type { DexClient } from '../hosts/dexscreener/index.ts';
import { ChangeNotes, NoteLimit, type ChangeNote } from './change-notes.ts';

/** What {@link watchMarket} needs. */
export interface MarketWatchPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly note: (entry: JournalDraft) => void;
  readonly dex: Pick<DexClient, 'state' | 'on'>;
  /** Called when it changed. */
  readonly onChange: () => void;
}

/** Entries of one quota: an incident every few seconds is one story. */
const THROTTLED_NOTES = { entries: 2, windowMs: 600_000 };

/**
 * Tells the journal and the log when calls to the market are refused, tried and made again, and when it asks for fewer.
 * Gives the function to be called in each turn of the loop, which tells what was held back.
 */
export function watchMarket({ clock, log, note, dex, onChange }: MarketWatchPorts): () => void {
  const { name } = dex.state();
  const notes = new ChangeNotes<BreakerState>('closed');
  const quotas = new Map<string, { seen: number; told: number; readonly limit: NoteLimit }>();

  const tell = (change: ChangeNote<BreakerState> | null): void => {
    if (!change) return;
    const { from, to, leftOut } = change;
    const between = leftOut > 0 ? ` It changed ${leftOut} times in between.` : '';
    const reason = `${name} ${WORDS[to]}: ${change.reason}.${between}`;
    log[to === 'closed' ? 'info' : 'warning'](reason, { dependency: name, from, to });
    note({
      type: 'dependency.state',
      at: clock.now(),
      subject: name,
      reason,
      data: { from, to, leftOut },
    });
  };

  /** Whatever quota has had another incident since it was last looked at. */
  const tellThrottled = (): void => {
    for (const quota of dex.state().quotas) {
      const known = quotas.get(quota.name) ?? { seen: 0, told: 0, limit: new NoteLimit(THROTTLED_NOTES) };
      quotas.set(quota.name, known);
      if (quota.incidents === known.seen) continue;
      known.seen = quota.incidents;
      if (!known.limit.admit(clock.monotonic())) continue;
      const leftOut = quota.incidents - known.told - 1;
      known.told = quota.incidents;
      const { rate, limit, blockedForMs } = quota;
      const pause = blockedForMs > 0 ? ` and to be left alone for ${Math.ceil(blockedForMs / 1_000)} s` : '';
      const between = leftOut > 0 ? ` It asked ${leftOut} times in between.` : '';
      const reason = `${name} asked for fewer requests (${quota.name})${pause}: ${rate} of ${limit} a minute are made for now.${between}`;
      log.warning(reason, { dependency: name, quota: quota.name, rate, limit });
      note({
        type: 'dependency.throttled',
        at: clock.now(),
        subject: name,
        reason,
        data: { quota: quota.name, rate, limit, pauseMs: Math.ceil(blockedForMs), leftOut },
      });
    }
  };

  dex.on('state_change', ({ to, reason }) => {
    tell(notes.change(to, reason, clock.monotonic()));
    onChange();
  });
  dex.on('throttled', () => {
    tellThrottled();
    onChange();
  });

  return () => {
    tell(notes.settle(clock.monotonic()));
  };
}

const WORDS: Record<BreakerState, string> = {
  closed: 'is called as usual again',
  open: 'is left alone',
  half_open: 'is tried again',
  isolated: 'is not called, because a person said so',
};
