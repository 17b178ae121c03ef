import { spanOf } from '../detection/index.ts';
import type { Delivery } from './channels/channel.ts';
import type { AlertChange, ChannelState, Delivered, Outgoing } from './store-port.ts';

/** How the outbox tries. Durations in ms. */
export interface DeliverySettings {
  /** First pause after a failure; it doubles up to `longestPauseMs`. */
  readonly pauseMs: number;
  readonly longestPauseMs: number;
  /** After so long a notice is given up. */
  readonly giveUpMs: number;
  /** A channel that fails for so long is passed over for the next one. */
  readonly failOverMs: number;
  /** A ban of more than this is as good as a failure. */
  readonly patienceMs: number;
  /** One attempt takes at most so long. */
  readonly attemptMs: number;
}

export const deliveryDefaults: DeliverySettings = {
  pauseMs: 1_000,
  longestPauseMs: 15 * 60_000,
  giveUpMs: 24 * 3_600_000,
  failOverMs: 60_000,
  patienceMs: 5 * 60_000,
  attemptMs: 30_000,
};

export const freshChannel = (name: string): ChannelState => ({
  name,
  bannedUntil: null,
  failingSince: null,
  failures: 0,
  why: null,
  memory: {},
});

/** What comes of one attempt. */
export interface Aftermath {
  readonly state: ChannelState;
  readonly changes: readonly AlertChange[];
  /** It goes on, in this channel or in another one; null: it ended. */
  readonly outgoing: Outgoing | null;
  readonly delivered: Delivered | null;
}

/** What is known where a notice may go to instead. */
export interface Elsewhere {
  /** The next channel that it may go to; null: there is none. */
  readonly next: string | null;
  /** Whether that one has it or gets it anyway. */
  readonly hasIt: boolean;
}

/**
 * What an attempt makes of a notice and of its channel: delivered, tried again later, handed to the next channel, or given
 * up. Pure.
 * @param jitter 0..1, spreads the pauses.
 */
export function afterDelivery(
  outgoing: Outgoing,
  before: ChannelState,
  delivery: Delivery,
  elsewhere: Elsewhere,
  settings: DeliverySettings,
  now: number,
  jitter: number,
): Aftermath {
  const { id, channel, notice } = outgoing;
  const end = (outcome: Delivered['outcome'], why: string | null, ref: string | null = null): Delivered => ({
    id,
    channel,
    at: now,
    outcome,
    ref,
    thread: notice.thread,
    why,
  });
  const well: ChannelState = { ...before, bannedUntil: null, failingSince: null, failures: 0, why: null };
  if (delivery.kind === 'sent') return done(well, end('sent', delivery.why ?? null, delivery.ref));
  // The channel works; it is this message that it does not take.
  if (delivery.kind === 'refused') return handOn(well, delivery.why);

  const failures = before.failures + 1;
  const failingSince = before.failingSince ?? now;
  const banMs = delivery.kind === 'later' ? delivery.retryAfterMs : null;
  const state: ChannelState = {
    ...before,
    failures,
    // Who asks for a pause is there.
    failingSince: banMs !== null && banMs <= settings.patienceMs ? before.failingSince : failingSince,
    bannedUntil: banMs === null ? before.bannedUntil : now + banMs,
    why: delivery.why,
  };
  if (delivery.kind === 'dead') return handOn({ ...state, failingSince }, delivery.why);
  if (now - outgoing.createdAt >= settings.giveUpMs)
    return done(
      state,
      end('given-up', `Nothing went through for ${spanOf(now - outgoing.createdAt)}: ${delivery.why}`),
    );
  const isLost = banMs === null ? now - failingSince >= settings.failOverMs : banMs > settings.patienceMs;
  if (isLost && elsewhere.next !== null) return handOn({ ...state, failingSince }, delivery.why);
  const attempts = outgoing.attempts + 1;
  const pauseMs = Math.min(settings.longestPauseMs, settings.pauseMs * 2 ** Math.min(30, attempts - 1));
  const nextAt = now + (banMs ?? pauseMs * (0.75 + 0.5 * jitter));
  const again: Outgoing = { ...outgoing, attempts, nextAt, why: delivery.why };
  return {
    state,
    outgoing: again,
    delivered: null,
    changes: [
      { kind: 'channel', state },
      { kind: 'outgoing', outgoing: again },
    ],
  };

  function done(after: ChannelState, delivered: Delivered): Aftermath {
    return {
      state: after,
      outgoing: null,
      delivered,
      changes: [
        { kind: 'channel', state: after },
        { kind: 'delivered', delivered },
      ],
    };
  }

  function handOn(after: ChannelState, why: string): Aftermath {
    return { state: after, ...passOn(outgoing, elsewhere, why, now, after) };
  }
}

/** Hands a notice to the next channel, or ends it where there is none or that one has it. Pure. */
export function passOn(
  outgoing: Outgoing,
  { next, hasIt }: Elsewhere,
  why: string,
  now: number,
  state: ChannelState,
): Pick<Aftermath, 'changes' | 'outgoing' | 'delivered'> {
  const { channel, notice } = outgoing;
  const delivered: Delivered = {
    id: outgoing.id,
    channel,
    at: now,
    outcome: next === null ? 'given-up' : 'refused',
    ref: null,
    thread: null,
    why: next === null ? why : `${why} ${next} tells it instead.`,
  };
  const moved: Outgoing | null =
    next === null || hasIt
      ? null
      : {
          ...outgoing,
          id: `${notice.id}/${next}`,
          channel: next,
          tried: [...outgoing.tried, channel],
          attempts: 0,
          nextAt: now,
          why,
        };
  return {
    outgoing: moved,
    delivered,
    changes: [
      { kind: 'channel', state },
      { kind: 'delivered', delivered },
      ...(moved === null ? [] : [{ kind: 'outgoing', outgoing: moved } as const]),
    ],
  };
}
