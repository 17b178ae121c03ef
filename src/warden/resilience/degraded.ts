import { createEmitter, systemClock, type Clock } from '../../kernel/index.ts';
import { judgeFeatures, type DependencyHealth, type Feature, type FeatureHealth } from './judge-features.ts';

/** What happens in a registry of features. */
export interface FeatureEvents {
  /** A feature went on, off, or to stale data. `from` is the state before. */
  readonly changed: FeatureHealth & { readonly from: FeatureHealth['state'] };
}

/** Options of {@link createFeatures}. */
export interface FeaturesOptions {
  /** Default: none; more may be declared later. */
  readonly features?: readonly Feature[];
  readonly clock?: Clock;
  /** Told what a listener threw. Default: nobody is. */
  readonly onListenerError?: (error: unknown) => void;
}

/** Which features are on, by what they need. */
export interface Features {
  /** @throws RangeError when there is a feature of that name. */
  declare(feature: Feature): void;
  /**
   * Tells of dependencies; those that are not named stay as they were told last. Features that need them go off, to
   * stale data, or on again; others are not touched.
   */
  report(...healths: readonly DependencyHealth[]): void;
  /** Whether the feature may do its work, also on stale data. O(1). @throws RangeError for one that nobody declared. */
  mayRun(feature: string): boolean;
  /** @throws RangeError for one that nobody declared. */
  health(feature: string): FeatureHealth;
  /** All, in the order in which they were declared. */
  all(): readonly FeatureHealth[];
  on<Name extends keyof FeatureEvents>(
    name: Name,
    listener: (event: FeatureEvents[Name]) => void,
  ): () => void;
}

/** Degraded mode: features and jobs are off while what they need is refused, and come back by themselves. */
export function createFeatures(options: FeaturesOptions = {}): Features {
  const { clock = systemClock } = options;
  const features: Feature[] = [];
  const dependencies = new Map<string, DependencyHealth>();
  const healths = new Map<string, FeatureHealth>();
  const events = createEmitter<FeatureEvents>((error) => options.onListenerError?.(error));

  const judge = (): void => {
    const before = new Map(healths);
    const judged = judgeFeatures(features, [...dependencies.values()], clock.now(), [...before.values()]);
    for (const health of judged) healths.set(health.feature, health);
    for (const health of judged) {
      const from = before.get(health.feature)?.state ?? 'on';
      if (from !== health.state) events.emit('changed', { ...health, from });
    }
  };

  const declare = (feature: Feature): void => {
    if (healths.has(feature.name)) throw new RangeError(`there is a feature ${feature.name} already`);
    features.push(feature);
    judge();
  };

  const healthOf = (feature: string): FeatureHealth => {
    const health = healths.get(feature);
    if (health === undefined) throw new RangeError(`there is no feature ${feature}`);
    return health;
  };

  for (const feature of options.features ?? []) declare(feature);
  return {
    declare,
    report(...reported) {
      for (const health of reported) dependencies.set(health.dependency, health);
      judge();
    },
    mayRun: (feature) => healthOf(feature).state !== 'off',
    health: healthOf,
    all: () => [...healths.values()],
    on: (name, listener) => events.on(name, listener),
  };
}
