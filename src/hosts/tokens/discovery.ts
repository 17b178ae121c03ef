import { readFileSync, statSync } from 'node:fs';
import { MoonwardenError, describeError, type Clock, type Logger } from '../../kernel/index.ts';
import type { JournalDraft, TokenImportResult } from '../../contract/index.ts';
import type { DexClient } from '../dexscreener/index.ts';
import { GapMarker, type ClosedGap, type Gap } from './gap.ts';
import { parseMintList } from './mint-list.ts';
import type { TokenPipeline } from './pipeline-port.ts';
import { createPollFeed, type Found, type PollFeed } from './poll-feed.ts';
import type { PushFeed, PushLink } from './push-feed.ts';
import { createIntake } from './push-intake.ts';
import type { TokenSettings } from './settings.ts';

/** What a feed that tells by itself has to say of its connection. */
export interface PushStatus extends Omit<PushLink, 'ignored'> {
  /** The time for which it is not known whether it told of every token, until the other feeds have looked into it. */
  readonly gap: Gap | null;
  /** Mints that wait to be stored. */
  readonly waiting: number;
  /** Mints that found no room while the store refused. */
  readonly overflow: number;
  /** Frames that named no token to watch, by reason. */
  readonly ignored: readonly { readonly reason: string; readonly count: number }[];
}

/** What a feed has brought since the start. Times are wall-clock milliseconds. */
export interface FeedStatus {
  readonly name: string;
  /** When it last answered, or told anything. */
  readonly lastAt: number | null;
  readonly found: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly push?: PushStatus;
}

/** Learns of new tokens from the feeds. */
export interface Discovery {
  /** To be called when the pipeline has taken over what is stored: the time since the last discovery is a gap. */
  start(): void;
  /** Stores what waits and leaves nothing open. Never rejects. */
  stop(): Promise<void>;
  /** Feeds that do not tell by themselves: somebody has to ask them, again and again. */
  readonly polled: readonly Pick<PollFeed, 'name' | 'ask'>[];
  feeds(): readonly FeedStatus[];
}

export interface DiscoveryPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly dex: DexClient;
  readonly pipeline: Pick<TokenPipeline, 'add' | 'registry'>;
  readonly settings: Pick<TokenSettings, 'profiles' | 'boosts' | 'importFile'>;
  /** Has a polled feed asked at once, and again if it is being asked: that answer was asked for too early. */
  readonly askNow: (feed: string) => void;
  /** A feed that tells by itself. */
  readonly push?: PushFeed | undefined;
  /** Takes what belongs in the journal. */
  readonly note?: (entry: JournalDraft) => void;
}

type Counts = Omit<FeedStatus, 'name' | 'push'>;

/** A shorter gap is not worth an entry; the feeds are asked all the same. */
const TOLD_GAP_MS = 1_000;

export function createDiscovery(ports: DiscoveryPorts): Discovery {
  const { clock, log, dex, pipeline, settings, push, note } = ports;
  const marker = new GapMarker();
  const counts = new Map<string, Counts>();
  let isPushLive = false;
  let isOverflowing = false;

  const countIn = (name: string, { added, duplicates, rejected }: TokenImportResult): void => {
    const before = countsOf(name);
    counts.set(name, {
      lastAt: clock.now(),
      found: before.found + added.length,
      duplicates: before.duplicates + duplicates,
      rejected: before.rejected + rejected.length,
    });
  };
  const countsOf = (name: string): Counts =>
    counts.get(name) ?? { lastAt: null, found: 0, duplicates: 0, rejected: 0 };

  const poll = (name: string, fetch: (signal: AbortSignal) => Promise<Found>, looksIntoGaps: boolean) => {
    const feed: PollFeed = createPollFeed({
      name,
      clock,
      log,
      fetch,
      add: (mints, by) => pipeline.add(mints, by),
      onTaken(askedMs, result) {
        countIn(name, result);
        if (!looksIntoGaps) return;
        const others = scouts.filter((one) => one !== feed).map((one) => one.askedMs);
        tellOfGap(marker.cover(askedMs, result.added.length, others));
      },
    });
    return feed;
  };
  /** The feeds that know of tokens that another one missed. */
  const scouts: readonly PollFeed[] = [
    ...(settings.profiles ? [poll('profiles', (signal) => dex.listings('profiles', { signal }), true)] : []),
    ...(settings.boosts ? [poll('boosts', (signal) => dex.listings('boosts', { signal }), true)] : []),
  ];
  const { importFile } = settings;
  const polled = [
    ...scouts,
    ...(importFile === null ? [] : [poll('file', createFileReader(importFile), false)]),
  ];

  const tellOfGap = (gap: ClosedGap | null): void => {
    if (!gap || !push || gap.lengthMs < TOLD_GAP_MS) return;
    const asked = scouts.map(({ name }) => name);
    const length = `${Math.round(gap.lengthMs / 1_000)} s`;
    note?.({
      type: 'feed.gap_closed',
      at: clock.now(),
      subject: push.name,
      reason:
        asked.length === 0
          ? `${push.name} may have missed tokens for ${length}; no other feed is on that could look into it.`
          : `${push.name} may have missed tokens for ${length}; ${asked.join(' and ')} looked into it and brought ${gap.found}.`,
      data: { from: gap.from, to: gap.to, lengthMs: Math.round(gap.lengthMs), found: gap.found, asked },
    });
  };

  /** Ends the gap once nothing more is being missed, and has it looked into at once. */
  const endGap = (): void => {
    if (!isPushLive || isOverflowing || marker.gap?.to !== null) return;
    marker.end(clock.monotonic(), clock.now());
    if (scouts.length === 0) tellOfGap(marker.closeIfCovered([]));
    for (const { name } of scouts) ports.askNow(name);
  };

  const intake =
    push &&
    createIntake({
      clock,
      log,
      add: (mints) => pipeline.add(mints, push.name),
      onTaken(result) {
        countIn(push.name, result);
        isOverflowing = false;
        endGap();
      },
    });

  const startPush = (feed: PushFeed): void => {
    let lastMs = -Infinity;
    for (const mint of pipeline.registry.mints()) {
      lastMs = Math.max(lastMs, pipeline.registry.get(mint)?.discoveredAt ?? -Infinity);
    }
    // What was told while nobody listened, or was not stored yet when the service died, was missed.
    const agoMs = lastMs === -Infinity ? 0 : Math.max(0, clock.now() - lastMs);
    marker.begin(agoMs, clock.monotonic(), clock.now());
    feed.start({
      onMint(mint) {
        const outcome = intake?.offer(mint);
        if (outcome === 'known') countIn(feed.name, { added: [], duplicates: 1, rejected: [] });
        if (outcome !== 'full') return;
        if (!isOverflowing) {
          log.error('Discovered tokens are lost: the store has refused them for too long.', {
            feed: feed.name,
          });
        }
        isOverflowing = true;
        marker.begin(0, clock.monotonic(), clock.now());
      },
      onLive() {
        isPushLive = true;
        endGap();
      },
      onLost(provenAgoMs, cause) {
        isPushLive = false;
        marker.begin(provenAgoMs, clock.monotonic(), clock.now());
        note?.({
          type: 'feed.lost',
          at: clock.now(),
          subject: feed.name,
          reason: `${feed.name} does not tell of tokens any more: ${cause}.`,
          data: { cause, provenAgoMs: Math.round(provenAgoMs) },
        });
      },
    });
  };

  const pushStatus = (feed: PushFeed): FeedStatus => {
    const { ignored, ...link } = feed.link();
    const own = countsOf(feed.name);
    const refused = [...ignored.values()].reduce((sum, count) => sum + count, 0);
    return {
      name: feed.name,
      ...own,
      lastAt: link.lastFrameAt,
      rejected: own.rejected + refused,
      push: {
        ...link,
        gap: marker.gap,
        waiting: intake?.waiting ?? 0,
        overflow: intake?.overflow ?? 0,
        ignored: [...ignored].map(([reason, count]) => ({ reason, count })),
      },
    };
  };

  return {
    start() {
      if (push) startPush(push);
    },
    async stop() {
      for (const feed of polled) feed.stop();
      await push?.stop();
      await intake?.stop();
    },
    polled,
    feeds: () => [
      ...(push ? [pushStatus(push)] : []),
      ...polled.map(({ name }) => ({ name, ...countsOf(name) })),
    ],
  };
}

/** Gives the mints of a file until they have been taken in, and again when it has changed. */
function createFileReader(file: string): () => Promise<Found> {
  let readMs: number | undefined;
  return () => {
    try {
      const { mtimeMs } = statSync(file);
      if (mtimeMs === readMs) return Promise.resolve({ mints: [] });
      const mints = parseMintList(readFileSync(file, 'utf8'));
      return Promise.resolve({
        mints,
        taken: () => {
          readMs = mtimeMs;
        },
      });
    } catch (error) {
      return Promise.reject(
        new MoonwardenError('FILE_UNREADABLE', `cannot read ${file}: ${describeError(error)}`),
      );
    }
  };
}
