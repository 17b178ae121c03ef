import type { Clock, Logger } from '../kernel/index.ts';
import type { FeatureReport, FeatureState, JournalDraft } from '../contract/index.ts';
import type { FeedStatus, TokenPipeline, TokenSettings } from '../hosts/tokens/index.ts';
import {
  createFeatures,
  type DependencyHealth,
  type DependencyReport,
  type Feature,
} from '../warden/resilience/index.ts';
import { FEATURE_NAMES, type FeatureName, type FeatureSettings } from './feature-settings.ts';
import { ChangeNotes, type ChangeNote } from './change-notes.ts';

const MARKET = 'DexScreener';
const STREAM = 'PumpPortal';
/** A stream that is back by then was not missed: the other feeds look into the gap. */
const STREAM_GRACE_MS = 10_000;

/** A switch of the configuration, as what needs it is told of it. */
const switchOf = (name: FeatureName): string => `features.${name}`;

/** What the token service does, and what it needs for that, its switch too. Nothing that cannot be switched on while it runs. */
export function tokenFeatures(
  settings: Pick<TokenSettings, 'profiles' | 'boosts'>,
  hasStream: boolean,
): readonly Feature[] {
  const { profiles, boosts } = settings;
  const feeds = [...(profiles ? ['profiles'] : []), ...(boosts ? ['boosts'] : [])];
  return [
    { name: 'score refresh', needs: [MARKET], onStale: true },
    { name: 'activation and demotion', needs: [MARKET] },
    { name: 'verification of failed activations', needs: [switchOf('verification'), MARKET] },
    ...(feeds.length > 0
      ? [{ name: `discovery by ${feeds.join(' and ')}`, needs: [switchOf('feeds'), MARKET] }]
      : []),
    ...(hasStream ? [{ name: 'discovery by the stream', needs: [STREAM] }] : []),
    { name: 'export for bots', needs: [switchOf('export'), MARKET], onStale: true },
  ];
}

/** What features are told of their switches. Pure. */
export function switchHealth(
  switches: FeatureSettings,
  { verifyShare }: Pick<TokenSettings, 'verifyShare'>,
): readonly DependencyHealth[] {
  return FEATURE_NAMES.map((name) => {
    const reason =
      switches[name] === 'off'
        ? `${switchOf(name)} is off`
        : name === 'verification' && verifyShare === 0
          ? 'tokens.verify_share is 0'
          : null;
    return { dependency: switchOf(name), healthy: reason === null, reason, hasStale: false };
  });
}

/** What features are told of the market. Failures alone do not count, calls must be refused: one that fails is retried. Pure. */
export function marketHealth(
  { state, reason }: Pick<DependencyReport, 'state' | 'reason'>,
  hasData: boolean,
): DependencyHealth {
  const healthy = state === 'closed';
  return { dependency: MARKET, healthy, reason: healthy ? null : reason, hasStale: hasData };
}

/** What features are told of the stream; null before it was live or failed for the first time, and once it is stopped. Pure. */
export function streamHealth(push: FeedStatus['push'], now: number): DependencyHealth | null {
  if (!push || push.state === 'stopped') return null;
  const isLive = push.state === 'live';
  if (!isLive && (push.lastError === null || now - push.since < STREAM_GRACE_MS)) return null;
  return {
    dependency: STREAM,
    healthy: isLive,
    reason: isLive ? null : `${STREAM} is not connected: ${push.lastError ?? 'it is being tried'}`,
  };
}

/** What {@link watchFeatures} needs. */
export interface FeatureWatchPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly note: (entry: JournalDraft) => void;
  readonly settings: Pick<TokenSettings, 'profiles' | 'boosts' | 'verifyShare'>;
  /** Read anew in each turn. */
  readonly switches: FeatureSettings;
  readonly market: () => Pick<DependencyReport, 'state' | 'reason' | 'lastAnswerAt'>;
  readonly registry: Pick<TokenPipeline['registry'], 'mints' | 'get'>;
  /** Undefined without a stream. */
  readonly stream?: (() => FeedStatus['push']) | undefined;
}

/** Which features are on. They decide nothing: what refuses the calls is the policy towards the dependency. */
export interface FeatureWatch {
  /** Judges anew and tells what changed. To be called in each turn of the loop. */
  turn(): void;
  all(): FeatureReport[];
}

/** Degraded mode of the token service: what is off or on old data while a dependency is refused, in health and journal. */
export function watchFeatures(ports: FeatureWatchPorts): FeatureWatch {
  const { clock, log, note, settings, switches, market, registry, stream } = ports;
  const features = createFeatures({ features: tokenFeatures(settings, stream !== undefined), clock });
  const notes = new Map(features.all().map(({ feature }) => [feature, new ChangeNotes<FeatureState>('on')]));

  const tell = (feature: string, change: ChangeNote<FeatureState> | null | undefined): void => {
    if (!change) return;
    const { from, to, leftOut } = change;
    const reason = sentenceOf(feature, change);
    log[to === 'on' ? 'info' : 'warning'](reason, { feature, from, to });
    note({
      type: 'feature.changed',
      at: clock.now(),
      subject: feature,
      reason,
      data: { from, to, leftOut },
    });
  };
  features.on('changed', ({ feature, state, reason }) => {
    tell(feature, notes.get(feature)?.change(state, reason ?? '', clock.monotonic()));
  });

  let keptData: boolean | undefined;
  /** Whether there is data to go on with: of an answer, or kept from before the start. */
  const hasData = ({ lastAnswerAt }: Pick<DependencyReport, 'lastAnswerAt'>): boolean =>
    lastAnswerAt !== null || (keptData ??= hasAnswered(registry));

  return {
    turn() {
      const report = market();
      const healths = [
        ...switchHealth(switches, settings),
        marketHealth(report, report.state === 'closed' || hasData(report)),
        streamHealth(stream?.(), clock.now()),
      ];
      features.report(...healths.filter((health) => health !== null));
      for (const [feature, each] of notes) tell(feature, each.settle(clock.monotonic()));
    },
    all: () => features.all().map(({ feature, ...health }) => ({ name: feature, ...health })),
  };
}

function hasAnswered(registry: FeatureWatchPorts['registry']): boolean {
  for (const mint of registry.mints()) if (registry.get(mint)?.refreshedAt != null) return true;
  return false;
}

function sentenceOf(feature: string, { to, reason, leftOut }: ChangeNote<FeatureState>): string {
  const name = `${feature.charAt(0).toUpperCase()}${feature.slice(1)}`;
  const how = {
    on: 'is on again.',
    stale: `goes on with the data from before: ${reason}.`,
    off: `is off: ${reason}.`,
  }[to];
  return `${name} ${how}${leftOut > 0 ? ` It changed ${leftOut} times in between.` : ''}`;
}
