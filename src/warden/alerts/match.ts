import { severityRank, type Severity } from './severity.ts';

/** Picks alerts. All that is given must fit; nothing given fits every alert. */
export interface Matcher {
  /** `jobs.*` stands for all that begin so. */
  readonly rule?: string | undefined;
  readonly component?: string | undefined;
  readonly kind?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** This one and graver ones. */
  readonly severity?: Severity | undefined;
  /** One alert, by its key. */
  readonly key?: string | undefined;
}

/** What a matcher looks at. */
export interface Matched {
  readonly key: string;
  readonly rule: string;
  readonly component: string;
  readonly kind: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly severity: Severity;
}

export function matches(matcher: Matcher, alert: Matched): boolean {
  const { rule, component, kind, labels, severity, key } = matcher;
  return (
    (key === undefined || key === alert.key) &&
    (rule === undefined || fits(rule, alert.rule)) &&
    (component === undefined || fits(component, alert.component)) &&
    (kind === undefined || kind === alert.kind) &&
    (severity === undefined || severityRank(alert.severity) >= severityRank(severity)) &&
    (labels === undefined ||
      Object.entries(labels).every(
        ([name, value]) => Object.hasOwn(alert.labels, name) && alert.labels[name] === value,
      ))
  );
}

const fits = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;

/** A matcher in words: `rule jobs.*, component jobs`. */
export function matcherText({ rule, component, kind, labels = {}, severity, key }: Matcher): string {
  const parts = [
    ...(key === undefined ? [] : [`alert ${key}`]),
    ...(rule === undefined ? [] : [`rule ${rule}`]),
    ...(component === undefined ? [] : [`component ${component}`]),
    ...(kind === undefined ? [] : [`kind ${kind}`]),
    ...Object.entries(labels).map(([name, value]) => `${name}=${value}`),
    ...(severity === undefined ? [] : [`from ${severity} on`]),
  ];
  return parts.length === 0 ? 'everything' : parts.join(', ');
}
