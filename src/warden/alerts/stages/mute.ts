import type { Alert } from '../alert.ts';
import { matches } from '../match.ts';
import { isActive, type Silence } from '../silence.ts';
import { clockTime } from '../when.ts';
import type { Decision } from './decision.ts';

type Muted = Pick<Alert, 'key' | 'rule' | 'component' | 'kind' | 'labels' | 'severity' | 'value' | 'limit'>;

/** Whether somebody has asked not to hear of it now: the silence that lasts longest speaks. Pure. */
export function mute(alert: Muted, silences: readonly Silence[], now: number): Decision {
  let longest: Silence | undefined;
  let through: Silence | undefined;
  for (const silence of silences) {
    if (!isActive(silence, now) || !matches(silence.match, alert)) continue;
    if (silence.adjust !== null && isBeyond(alert, silence.adjust)) through = silence;
    else if (longest === undefined || silence.endsAt > longest.endsAt) longest = silence;
  }
  if (longest !== undefined) return { kind: 'wait', why: sentence(longest, alert), until: longest.endsAt };
  return {
    kind: 'pass',
    why:
      through === undefined
        ? 'No silence and no maintenance is about it.'
        : `It is more than ${through.adjust} times as far as its limit, which ${nameOf(through)} lets through.`,
  };
}

/** Whether a value is beyond its limit even if that is moved so many times as far, on whichever side is bad. */
function isBeyond({ value, limit }: Muted, adjust: number): boolean {
  if (value === null || limit === null) return false;
  return value >= limit ? value >= limit * adjust : value <= limit / adjust;
}

const nameOf = ({ kind, by }: Silence): string =>
  kind === 'silence'
    ? `the silence of ${by}`
    : kind === 'window'
      ? `the window ${by}`
      : `the maintenance of ${by}`;

function sentence(silence: Silence, { value, limit }: Muted): string {
  const { adjust, endsAt, why } = silence;
  const reason = why === null ? '' : `: ${why}`;
  const name = nameOf(silence);
  const start = `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`;
  if (adjust === null) return `${start} holds it until ${clockTime(endsAt)}${reason}.`;
  const far =
    value === null || limit === null ? 'it has no figure' : `${value} at a limit of ${limit} is not`;
  return `${start} lets through only what is ${adjust} times as far as its limit until ${clockTime(endsAt)}; ${far}${reason}.`;
}
