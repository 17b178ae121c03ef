import { matcherText, matches, type Matched } from '../match.ts';
import type { Route } from '../settings.ts';

/** Where an alert goes. Pure. */
export function route(
  alert: Matched,
  routes: readonly Route[],
): { readonly channels: readonly string[]; readonly why: string } {
  const channels: string[] = [];
  const reasons: string[] = [];
  for (const [index, { match, channels: named, goOn }] of routes.entries()) {
    if (!matches(match, alert)) continue;
    channels.push(...named.filter((name) => !channels.includes(name)));
    reasons.push(`route ${index + 1} (${matcherText(match)})`);
    if (goOn !== true) break;
  }
  if (reasons.length === 0) return { channels, why: 'No route is for it; it shows on the page alone.' };
  const by = reasons.join(' and ');
  return {
    channels,
    why: channels.length === 0 ? `By ${by} nobody is told.` : `By ${by} it goes to ${channels.join(', ')}.`,
  };
}
