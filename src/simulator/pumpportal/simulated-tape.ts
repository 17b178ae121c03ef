import type { Clock } from '../../kernel/index.ts';
import type { Market } from '../market.ts';
import { framesOf } from './frames.ts';
import type { Tape } from './tape.ts';

const MINUTE_MS = 60_000;

/** The launches of a simulated market, told as they happen. */
export function simulatedTape(
  market: { readonly launches: NonNullable<Market['launches']> },
  clock: Pick<Clock, 'now' | 'schedule'>,
): Tape {
  return {
    play(emit) {
      const pending = new Set<() => void>();
      let toldUntil = clock.now();
      const later = (delayMs: number, work: () => void): void => {
        const cancel = clock.schedule(delayMs, () => {
          pending.delete(cancel);
          work();
        });
        pending.add(cancel);
      };
      const turn = (): void => {
        const now = clock.now();
        // After a jump of the wall clock it goes on from there.
        const from = Math.abs(now - toldUntil) > MINUTE_MS ? now : toldUntil;
        toldUntil = (Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS;
        for (const launch of market.launches(from, toldUntil)) {
          later(launch.at - now, () => {
            for (const frame of framesOf(launch)) emit(frame);
          });
        }
        later(toldUntil - now, turn);
      };
      turn();
      return () => {
        for (const cancel of pending) cancel();
        pending.clear();
      };
    },
  };
}
