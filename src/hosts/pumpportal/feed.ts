import { describeError, type Clock, type Logger, type Random } from '../../kernel/index.ts';
import type { PushFeed, PushLink, PushListener } from '../tokens/index.ts';
import { dueOf, reduceFeed, type FeedEffect, type FeedEvent, type FeedState } from './machine.ts';
import type { PumpPortalSettings } from './settings.ts';
import type { FeedSocket, FeedTransport } from './socket.ts';
import { parseFrame, type FeedTopic, type Frame } from './wire.ts';

/** What the feed needs of the world. */
export interface PumpPortalPorts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Picks the waits between tries. */
  readonly random: Random;
  readonly transport: FeedTransport;
  readonly settings: Omit<PumpPortalSettings, 'enabled' | 'url'>;
}

interface Connection {
  readonly id: number;
  readonly abort: AbortController;
  socket: FeedSocket | null;
  onGone: () => void;
}

const METHODS: Readonly<Record<FeedTopic, string>> = {
  migration: 'subscribeMigration',
  creation: 'subscribeNewToken',
};
/** How long the other side may take to answer the close at a stop. */
const CLOSE_LIMIT_MS = 1_000;
/** Different causes and notices that are told before more of them are not. */
const TOLD_LIMIT = 20;

/**
 * Listens to PumpPortal on one connection that mends itself. The decisions are those of `reduceFeed`; this does what
 * they say. A cause is logged once until the connection has been well again.
 */
export function createPumpPortalFeed(ports: PumpPortalPorts): PushFeed {
  const { clock, log, random, transport, settings } = ports;
  const topics: readonly FeedTopic[] = settings.newTokens ? ['migration', 'creation'] : ['migration'];
  const ignored = new Map<string, number>();
  const told = new Set<string>();
  let state: FeedState = { kind: 'idle' };
  let listener: PushListener | undefined;
  let connection: Connection | undefined;
  let cancelTick: (() => void) | undefined;
  let armedMs: number | null = null;
  let since = clock.now();
  let lastFrameAt: number | null = null;
  let lastError: string | null = null;
  let proven = { ms: clock.monotonic(), at: clock.now() };
  let gone: Promise<void> = Promise.resolve();

  const count = (reason: string): void => {
    ignored.set(reason, (ignored.get(reason) ?? 0) + 1);
  };
  /** Whether a text is new; a cause that counts along is no new one. */
  const isNew = (text: string): boolean => {
    const key = text.replaceAll(/\d+/g, '#');
    if (told.has(key) || told.size >= TOLD_LIMIT) return false;
    told.add(key);
    return true;
  };

  const dispatch = (event: FeedEvent): void => {
    const before = state;
    const { state: next, effects } = reduceFeed(before, event, clock.monotonic(), settings, topics);
    state = next;
    for (const effect of effects) perform(effect);
    if (next !== before) tellOf(before, next);
    const dueMs = dueOf(state, settings);
    // A busy stream would set a timer for each frame.
    if (event.kind !== 'tick' && dueMs === armedMs) return;
    cancelTick?.();
    armedMs = dueMs;
    cancelTick =
      dueMs === null
        ? undefined
        : clock.schedule(dueMs - clock.monotonic(), () => dispatch({ kind: 'tick', chance: random.next() }));
  };

  const tellOf = (before: FeedState, next: FeedState): void => {
    if (next.kind === 'live' && before.kind !== 'live') {
      since = clock.now();
      log.info('The feed is live.', { origin: transport.origin, connection: next.id });
      lastError = null;
      listener?.onLive();
    }
    if (next.kind !== 'waiting') return;
    lastError = next.cause;
    if (before.kind === 'live') {
      since = clock.now();
      // It had been well, so what is wrong now is news again.
      if (next.failures === 1) told.clear();
    }
    if (isNew(next.cause)) {
      log.warning('The feed is not connected; it is tried again by itself.', {
        origin: transport.origin,
        cause: next.cause,
      });
    }
    if (before.kind === 'live') {
      // The wall clock also counts the time for which the machine slept; a clock set back must not make it negative.
      const agoMs = Math.max(clock.monotonic() - proven.ms, clock.now() - proven.at);
      listener?.onLost(agoMs, next.cause);
    }
  };

  const perform = (effect: FeedEffect): void => {
    switch (effect.kind) {
      case 'open':
        open(effect.id);
        return;
      case 'subscribe':
        for (const topic of effect.topics) {
          connection?.socket?.send(JSON.stringify({ method: METHODS[topic] }));
        }
        return;
      case 'ping':
        connection?.socket?.ping();
        return;
      case 'terminate':
        end(connection);
        return;
      case 'close':
        gone = closePolitely(connection);
        return;
    }
  };

  const end = (one: Connection | undefined): void => {
    one?.abort.abort(new Error('the connection is given up'));
    one?.socket?.terminate();
  };

  const closePolitely = (one: Connection | undefined): Promise<void> =>
    new Promise((resolve) => {
      if (!one) {
        resolve();
        return;
      }
      const cancel = clock.schedule(CLOSE_LIMIT_MS, () => {
        end(one);
        resolve();
      });
      one.onGone = () => {
        cancel();
        resolve();
      };
      one.socket?.close();
    });

  const open = (id: number): void => {
    const mine: Connection = { id, abort: new AbortController(), socket: null, onGone: () => undefined };
    connection = mine;
    const closed = (cause: string): void => {
      mine.onGone();
      if (connection === mine) connection = undefined;
      dispatch({ kind: 'closed', id, cause, chance: random.next() });
    };
    /** Runs what follows from a sign of life, unless the connection was given up. */
    const alive = (work: () => void): void => {
      if (mine.abort.signal.aborted) return;
      proven = { ms: clock.monotonic(), at: clock.now() };
      work();
    };
    transport
      .connect(
        {
          onMessage: (text) => alive(() => take(id, parseFrame(text))),
          onPong: () => alive(() => dispatch({ kind: 'heard', id, what: 'pong', topic: null })),
          onClose: closed,
        },
        mine.abort.signal,
      )
      .then((socket) => {
        mine.socket = socket;
        // It was given up while it opened.
        if (mine.abort.signal.aborted) socket.terminate();
        else dispatch({ kind: 'opened', id });
      })
      .catch((error: unknown) => {
        closed(describeError(error));
      });
  };

  const take = (id: number, frame: Frame): void => {
    switch (frame.kind) {
      case 'migration':
      case 'created': {
        const topic = frame.kind === 'migration' ? 'migration' : 'creation';
        lastFrameAt = clock.now();
        dispatch({ kind: 'heard', id, what: 'frame', topic });
        if (topics.includes(topic)) listener?.onMint(frame.mint);
        else count('not subscribed to');
        return;
      }
      case 'subscribed':
        dispatch({ kind: 'heard', id, what: 'acknowledgement', topic: frame.topic });
        return;
      case 'notice':
        if (isNew(frame.text)) log.info('The feed says something.', { text: frame.text });
        dispatch({ kind: 'heard', id, what: 'frame', topic: null });
        return;
      case 'ignored':
        lastFrameAt = clock.now();
        count(frame.reason);
        dispatch({ kind: 'heard', id, what: 'frame', topic: null });
        return;
    }
  };

  return {
    name: 'pumpportal',
    start(to) {
      listener = to;
      since = clock.now();
      dispatch({ kind: 'start' });
    },
    async stop() {
      listener = undefined;
      dispatch({ kind: 'stop' });
      await gone;
    },
    link(): PushLink {
      const kind =
        state.kind === 'subscribing' ? 'connecting' : state.kind === 'idle' ? 'stopped' : state.kind;
      return {
        state: kind,
        since,
        lastFrameAt,
        reconnects: 'id' in state ? state.id - 1 : 0,
        lastError,
        nextTryAt: state.kind === 'waiting' ? clock.now() + state.untilMs - clock.monotonic() : null,
        ignored,
      };
    },
  };
}
