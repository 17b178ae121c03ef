/** What a feature or job needs to do its work. */
export interface Feature {
  readonly name: string;
  /** Names of dependencies. Empty: it is always on. */
  readonly needs: readonly string[];
  /** It can also work on stale data. Default false. */
  readonly onStale?: boolean;
}

/** How a dependency is, as those who need it are told. */
export interface DependencyHealth {
  readonly dependency: string;
  /** False while calls to it are refused. */
  readonly healthy: boolean;
  /** Why it is not, in one sentence; null when it is. */
  readonly reason: string | null;
  /** Whether stale data of it is left to work on while it is not healthy. Default true. */
  readonly hasStale?: boolean;
}

/** How a feature is. */
export interface FeatureHealth {
  readonly feature: string;
  /** `stale`: it works, on data from before. */
  readonly state: 'on' | 'stale' | 'off';
  /** The dependencies that are missing and why, in one line; null when it is on. */
  readonly reason: string | null;
  /** Since when it is in this state, in wall-clock milliseconds since the epoch. */
  readonly since: number;
}

/**
 * How each feature is, by what it needs. Off as soon as one of its dependencies is refused, or on stale data where it can
 * do with it and each that is refused has some. A dependency that nobody has told of counts as healthy. Pure.
 * @param before what was judged last, from which a state that has not changed keeps its `since`.
 */
export function judgeFeatures(
  features: readonly Feature[],
  dependencies: readonly DependencyHealth[],
  now: number,
  before: readonly FeatureHealth[] = [],
): readonly FeatureHealth[] {
  const byName = new Map(dependencies.map((health) => [health.dependency, health]));
  const earlier = new Map(before.map((health) => [health.feature, health]));
  return features.map(({ name, needs, onStale = false }) => {
    const missing = needs.flatMap((need) => {
      const health = byName.get(need);
      return health === undefined || health.healthy ? [] : [health];
    });
    const state =
      missing.length === 0
        ? 'on'
        : onStale && missing.every(({ hasStale = true }) => hasStale)
          ? 'stale'
          : 'off';
    const reason = missing.map((health) => inWords(health)).join('; ');
    const last = earlier.get(name);
    const since = last?.state === state ? last.since : now;
    return { feature: name, state, reason: missing.length === 0 ? null : reason, since };
  });
}

const inWords = ({ dependency, reason }: DependencyHealth): string => {
  if (reason === null) return `${dependency} is refused`;
  return reason.startsWith(dependency) ? reason : `${dependency}: ${reason}`;
};
