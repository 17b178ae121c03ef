import {
  describeError,
  onAbort,
  withTimeout,
  type Clock,
  type Logger,
  type Random,
} from '../../kernel/index.ts';
import type { Channel, Delivery } from './channels/channel.ts';
import {
  afterDelivery,
  deliveryDefaults,
  freshChannel,
  passOn,
  type Aftermath,
  type DeliverySettings,
  type Elsewhere,
} from './delivery.ts';
import type { Message } from './message.ts';
import type { Notice } from './notice.ts';
import { severityRank } from './severity.ts';
import type { AlertChange, AlertStore, ChannelState, Outgoing } from './store-port.ts';

/** Options of {@link createOutbox}. */
export interface OutboxOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Spreads the pauses between attempts. */
  readonly random: Random;
  readonly store: Pick<AlertStore, 'commit' | 'refOf' | 'snapshot'>;
  /** By name; what one of them does not take goes to the next in this order. */
  readonly channels: ReadonlyMap<string, Channel>;
  readonly compose: (notice: Notice) => Message;
  readonly settings?: Partial<DeliverySettings>;
  /** Is told when a channel begins to fail for good, and when it works again. Never throws. */
  readonly onChannel?: (state: ChannelState, isLost: boolean) => void;
}

/** Delivers what is stored, each notice once, whatever happens to the process or to a channel. */
export interface Outbox {
  start(): void;
  /** Takes over notices that were just stored. */
  add(outgoing: readonly Outgoing[]): void;
  pending(): readonly Outgoing[];
  states(): readonly ChannelState[];
  /** Resolves when what is being sent has ended. */
  stop(): Promise<void>;
}

/** A channel that is passed over is tried so often. */
const PROBE_MS = 60_000;
/** What could not be stored is tried again so often. */
const STORE_AGAIN_MS = 1_000;

export function createOutbox(options: OutboxOptions): Outbox {
  const { clock, log, random, store, channels } = options;
  const settings = { ...deliveryDefaults, ...options.settings };
  const order = [...channels.keys()];
  const snapshot = store.snapshot();
  const states = new Map(snapshot.channels.map((state) => [state.name, state]));
  const queues = new Map<string, Map<string, Outgoing>>();
  const wakes = new Map<string, AbortController>();
  const calls = new Map<string, number[]>();
  const lost = new Set<string>();
  const triedAt = new Map<string, number>();
  const stopping = new AbortController();
  let unstored: AlertChange[] = [];
  let workers: Promise<void>[] = [];

  const queueOf = (name: string): Map<string, Outgoing> => {
    let queue = queues.get(name);
    if (!queue) queues.set(name, (queue = new Map<string, Outgoing>()));
    return queue;
  };
  const stateOf = (name: string): ChannelState => states.get(name) ?? freshChannel(name);
  const wake = (name: string): void => {
    wakes.get(name)?.abort();
  };
  const put = (outgoing: Outgoing): void => {
    // A channel that the configuration has no more is looked after by the first one.
    const name = channels.has(outgoing.channel) ? outgoing.channel : (order[0] ?? outgoing.channel);
    queueOf(name).set(outgoing.id, outgoing);
    wake(name);
  };
  for (const outgoing of snapshot.outgoing) put(outgoing);

  const elsewhere = (outgoing: Outgoing): Elsewhere => {
    const been = new Set([...outgoing.tried, outgoing.channel]);
    // The next in order comes first, then those before it.
    const at = order.indexOf(outgoing.channel);
    const next =
      [...order.slice(at + 1), ...order.slice(0, Math.max(0, at))].find((name) => !been.has(name)) ?? null;
    return { next, hasIt: next !== null && told.has(`${outgoing.notice.id}/${next}`) };
  };
  /** Which channels have a notice, or get it by themselves: a notice that fails over is not told there twice. */
  const told = new Set(snapshot.outgoing.map(({ id }) => id));

  const commit = (changes: readonly AlertChange[]): void => {
    unstored.push(...changes);
    try {
      store.commit(unstored);
      unstored = [];
    } catch (error) {
      log.error('What became of notices could not be stored; it is tried again.', {
        cause: describeError(error),
      });
    }
  };

  const settle = (outgoing: Outgoing, name: string, after: Aftermath): void => {
    queueOf(name).delete(outgoing.id);
    states.set(name, after.state);
    commit(after.changes);
    if (after.outgoing) {
      told.add(after.outgoing.id);
      put(after.outgoing);
    }
    if (after.delivered?.outcome === 'given-up')
      log.error('A notice was given up.', {
        notice: outgoing.notice.id,
        channel: name,
        cause: after.delivered.why,
      });
    tellOfState(name, after.state);
  };

  const tellOfState = (name: string, state: ChannelState): void => {
    const isLost = isLostNow(state);
    if (isLost === lost.has(name)) return;
    if (isLost) lost.add(name);
    else lost.delete(name);
    if (isLost)
      log.error('A channel does not deliver; the next one does.', { channel: name, cause: state.why });
    else log.info('A channel delivers again.', { channel: name });
    options.onChannel?.(state, isLost);
  };

  const isLostNow = ({ failingSince, failures }: ChannelState): boolean =>
    failingSince !== null &&
    failures > 0 &&
    (clock.now() - failingSince >= settings.failOverMs || dead.has(failingSince));
  /** Starts of failures that a person has to end. */
  const dead = new Set<number>();

  /** The gravest first, then the oldest. */
  const firstOf = (name: string): Outgoing | undefined => {
    let first: Outgoing | undefined;
    for (const one of queueOf(name).values())
      if (
        first === undefined ||
        severityRank(one.notice.severity) > severityRank(first.notice.severity) ||
        (one.notice.severity === first.notice.severity && one.createdAt < first.createdAt)
      )
        first = one;
    return first;
  };

  /** When a channel may be called next, by its paces. */
  const paceAt = (name: string, paces: Channel['paces'] = []): number => {
    const past = calls.get(name) ?? [];
    let at = 0;
    for (const { calls: most, perMs } of paces) {
      const oldest = past.at(-most);
      if (oldest !== undefined) at = Math.max(at, oldest + perMs);
    }
    return at;
  };
  const called = (name: string, paces: Channel['paces'] = []): void => {
    const most = Math.max(0, ...paces.map((pace) => pace.calls));
    calls.set(name, [...(calls.get(name) ?? []), clock.monotonic()].slice(-most));
  };

  const attempt = async (name: string, channel: Channel, outgoing: Outgoing): Promise<Delivery> => {
    const { notice } = outgoing;
    const memory: Record<string, string> = { ...stateOf(name).memory };
    called(name, channel.paces);
    try {
      return await withTimeout(
        clock,
        settings.attemptMs,
        `a notice to ${name}`,
        (signal) =>
          channel.deliver(notice, options.compose(notice), {
            key: outgoing.id,
            thread:
              notice.thread === null || notice.thread === notice.id ? null : store.refOf(name, notice.thread),
            signal,
            memory,
            remember: (key, value) => {
              memory[key] = value;
              states.set(name, { ...stateOf(name), memory: { ...stateOf(name).memory, [key]: value } });
            },
          }),
        stopping.signal,
      );
    } catch (error) {
      return { kind: 'later', why: describeError(error), retryAfterMs: null };
    }
  };

  /** One step of a channel: how long to rest until the next one, in ms. */
  const step = async (name: string, channel: Channel): Promise<number> => {
    const outgoing = firstOf(name);
    if (outgoing === undefined) return await probe(name, channel);
    const now = clock.now();
    const state = stateOf(name);
    const readyAt = Math.max(outgoing.nextAt, state.bannedUntil ?? 0);
    const paceMs = paceAt(name, channel.paces) - clock.monotonic();
    const other = elsewhere(outgoing);
    const probedMs = clock.monotonic() - (triedAt.get(name) ?? -Infinity);
    if (other.next !== null && isLostNow(state) && (probedMs < PROBE_MS || readyAt > now)) {
      const why = state.why ?? 'It does not deliver.';
      settle(outgoing, name, { state, ...passOn(outgoing, other, why, now, state) });
      return 0;
    }
    if (readyAt > now || paceMs > 0) return Math.max(readyAt - now, paceMs);
    triedAt.set(name, clock.monotonic());
    const delivery = await attempt(name, channel, outgoing);
    // Asked to end in the middle: the next process tries again.
    if (stopping.signal.aborted && delivery.kind !== 'sent') return 0;
    const after = afterDelivery(
      outgoing,
      stateOf(name),
      delivery,
      other,
      settings,
      clock.now(),
      random.next(),
    );
    if (delivery.kind === 'dead' && after.state.failingSince !== null) dead.add(after.state.failingSince);
    settle(outgoing, name, after);
    return 0;
  };

  /** Looks whether a lost channel works again, though nothing is to be sent. */
  const probe = async (name: string, channel: Channel): Promise<number> => {
    const state = stateOf(name);
    if (!channel.check || state.failingSince === null) return Infinity;
    const waitMs = Math.max(
      (state.bannedUntil ?? 0) - clock.now(),
      (triedAt.get(name) ?? -Infinity) + PROBE_MS - clock.monotonic(),
    );
    if (waitMs > 0) return waitMs;
    triedAt.set(name, clock.monotonic());
    const look = channel.check.bind(channel);
    const found = await withTimeout(
      clock,
      settings.attemptMs,
      `a look at ${name}`,
      look,
      stopping.signal,
    ).catch((error: unknown) => ({ ok: false, why: describeError(error) }));
    if (!found.ok) return PROBE_MS;
    const well = { ...stateOf(name), bannedUntil: null, failingSince: null, failures: 0, why: null };
    states.set(name, well);
    commit([{ kind: 'channel', state: well }]);
    tellOfState(name, well);
    return Infinity;
  };

  const work = async (name: string, channel: Channel): Promise<void> => {
    while (!stopping.signal.aborted) {
      const woken = new AbortController();
      wakes.set(name, woken);
      let restMs = await step(name, channel);
      if (unstored.length > 0) {
        commit([]);
        if (unstored.length > 0) restMs = STORE_AGAIN_MS;
      }
      // Woken meanwhile: there is something new to look at.
      if (restMs > 0 && !woken.signal.aborted) await rest(restMs, woken.signal);
    }
  };

  const rest = (ms: number, signal: AbortSignal): Promise<void> =>
    Number.isFinite(ms)
      ? clock.sleep(ms, signal).catch(() => undefined)
      : new Promise((resolve) => {
          onAbort(signal, resolve);
        });

  return {
    start() {
      if (workers.length === 0) workers = Array.from(channels, ([name, channel]) => work(name, channel));
    },
    add(outgoing) {
      for (const one of outgoing) told.add(one.id);
      for (const one of outgoing) put(one);
    },
    pending: () => [...queues.values()].flatMap((queue) => [...queue.values()]),
    states: () => order.map(stateOf),
    async stop() {
      stopping.abort();
      for (const controller of wakes.values()) controller.abort();
      await Promise.all(workers);
      await Promise.all([...channels.values()].flatMap((channel) => channel.close?.() ?? []));
    },
  };
}
