import { FakeClock } from '../../../kernel/index.ts';
import type { CallContext, CallOptions } from '../call.ts';
import { createHedge, type Hedge } from '../hedge.ts';
import type { HedgeOptions } from '../hedge-options.ts';

/** After so many ms: an answer, or what is thrown. */
export type HedgePlay = readonly [tookMs: number, error?: Error];

/** A hedge on a played dependency under virtual time. */
export interface PlayedHedge {
  readonly clock: FakeClock;
  readonly hedge: Hedge;
  readonly told: string[];
  /** Of the last call: when each request was sent, and with what. */
  readonly sentAt: number[];
  readonly contexts: CallContext[];
  call(plays: readonly HedgePlay[], options?: CallOptions): Promise<string>;
  after(ms: number, ended: Promise<string>): Promise<string>;
}

/** It sends a second request after 100 ms. */
export function playHedge(options: HedgeOptions = {}): PlayedHedge {
  const clock = new FakeClock();
  const hedge = createHedge({ clock, delayMs: 100, name: 'Market', ...options });
  const told: string[] = [];
  const sentAt: number[] = [];
  const contexts: CallContext[] = [];
  hedge.on('hedge', ({ what, afterMs }) => told.push(`hedge ${what} ${afterMs}`));
  hedge.on('hedge_won', ({ what, afterMs }) => told.push(`won ${what} ${afterMs}`));
  return {
    clock,
    hedge,
    told,
    sentAt,
    contexts,
    async call(plays, callOptions) {
      sentAt.length = 0;
      contexts.length = 0;
      try {
        return await hedge.execute(async (context) => {
          const [tookMs, error] = plays[sentAt.length] ?? [0];
          sentAt.push(clock.monotonic());
          contexts.push(context);
          const request = sentAt.length;
          await clock.sleep(tookMs, context.signal);
          if (error) throw error;
          return `answer of ${request}`;
        }, callOptions);
      } catch (error) {
        return String(error);
      }
    },
    async after(ms, ended) {
      await clock.advance(ms);
      return ended;
    },
  };
}
