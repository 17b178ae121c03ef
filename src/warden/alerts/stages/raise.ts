import { spanOf } from '../../detection/index.ts';
import type { Alert } from '../alert.ts';
import { matches } from '../match.ts';
import type { RaiseRule } from '../settings.ts';
import { severityRank, type Severity } from '../severity.ts';

/** How grave it is, with how often it came back. Pure. */
export function raise(
  alert: Pick<Alert, 'key' | 'rule' | 'component' | 'kind' | 'labels' | 'severity' | 'starts'>,
  rules: readonly RaiseRule[],
  now: number,
): { readonly severity: Severity; readonly why: string | null } {
  let severity = alert.severity;
  let why: string | null = null;
  for (const { match, times, withinMs, to } of rules) {
    if (severityRank(to) <= severityRank(severity) || !matches(match, alert)) continue;
    const recent = alert.starts.filter((at) => now - at < withinMs).length;
    if (recent < times) continue;
    severity = to;
    why = `It began ${recent} times within ${spanOf(withinMs)}, which makes it ${to}.`;
  }
  return { severity, why };
}
