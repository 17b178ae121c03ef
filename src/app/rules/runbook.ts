/** The jobs of a group share their pages with those of the others. */
const OF_GROUP = /^jobs\.[^.]+\.(not_run|stalled|parked)$/;

/**
 * The page that says what to do about a rule of the service, from the root of the repository. Rules of the user's own have
 * none. Pure.
 * @param isOwn whether the rule is one of the service.
 */
export function runbookOf(rule: string, isOwn: boolean): string | null {
  if (!isOwn) return null;
  return `docs/runbooks/${rule.replace(OF_GROUP, 'jobs.$1')}.md`;
}

/** What an alert about a rule is about, for who sorts them: by the component, and where that is not enough by the rule. Pure. */
export function alertKindOf(rule: string): string {
  const [component = ''] = rule.split('.');
  if (rule === 'source.held') return 'breaker state';
  if (rule === 'config.owner') return 'security';
  if (['data.stale', 'data.cold_stale', 'pipeline.stalled', 'tokens.rotation'].includes(rule))
    return 'stalled processing';
  if (rule.startsWith('process.memory') || rule === 'process.heap') return 'memory';
  return KINDS[component] ?? component;
}

const KINDS: Readonly<Record<string, string>> = {
  source: 'source',
  feed: 'source',
  pipeline: 'performance',
  tokens: 'activation',
  store: 'database',
  backup: 'database',
  jobs: 'jobs',
  loop: 'performance',
  process: 'resources',
  host: 'resources',
  monitor: 'monitor',
  config: 'configuration',
};
