import type { DependencyReport, HealthStatus } from '../../../src/contract/index.ts';

/** How it is with a dependency, as a state and in a few words. */
export interface Standing {
  readonly state: HealthStatus;
  readonly words: string;
}

/** The limit of the rule `source.slow`. */
const SLOW_MS = 2_000;

export function standingOf(dependency: DependencyReport): Standing {
  return dependency.kind === 'stream' ? ofStream(dependency) : ofApi(dependency);
}

function ofStream({ state, lastError }: DependencyReport): Standing {
  switch (state) {
    case 'closed':
      return { state: 'healthy', words: 'Connected' };
    case 'open':
      return { state: 'critical', words: 'Not connected' };
    case 'half_open':
      return lastError === null
        ? { state: 'unknown', words: 'Connecting' }
        : { state: 'critical', words: 'Connecting again' };
    case 'isolated':
      return { state: 'unknown', words: 'Stopped' };
  }
}

function ofApi(dependency: DependencyReport): Standing {
  switch (dependency.state) {
    case 'open':
      return { state: 'critical', words: 'Left alone' };
    case 'half_open':
      return { state: 'degraded', words: 'Being tried again' };
    case 'isolated':
      return { state: 'critical', words: 'Isolated by hand' };
    case 'closed':
      return whileCalled(dependency);
  }
}

function whileCalled(dependency: DependencyReport): Standing {
  const { healthy, lastAnswerAt, lastError } = dependency;
  if (lastAnswerAt === null && lastError === null) return { state: 'unknown', words: 'Not called yet' };
  if (!healthy) return { state: 'degraded', words: 'Does not answer' };
  if (isHeldBack(dependency)) return { state: 'degraded', words: 'Asked for fewer calls' };
  if (isSlow(dependency)) return { state: 'degraded', words: 'Answers slowly' };
  return { state: 'healthy', words: 'Answers' };
}

/** Whether fewer calls are made because it asked for that. */
const isHeldBack = ({ quotas }: DependencyReport): boolean =>
  quotas.some(({ rate, limit, blockedForMs }) => rate < limit || blockedForMs > 0);

export const isSlow = ({ slow, latency }: DependencyReport): boolean =>
  slow || (latency !== null && latency.p95Ms >= SLOW_MS);

const gravity: readonly HealthStatus[] = ['critical', 'degraded', 'unknown', 'healthy'];

/** All of them in a few words, for the head of the section. */
export function headline(dependencies: readonly DependencyReport[]): Standing {
  const all = dependencies.map((each) => ({ name: each.name, ...standingOf(each) }));
  const state = gravity.find((grade) => all.some((each) => each.state === grade)) ?? 'unknown';
  if (state === 'healthy') return { state, words: 'All well' };
  const ill = all.filter((each) => each.state !== 'healthy');
  const [first] = ill;
  if (!first || ill.length > 1) return { state, words: `${ill.length} of ${all.length} not well` };
  return { state, words: `${first.name}: ${first.words.toLowerCase()}` };
}
