import { spanOf } from '../detection/index.ts';
import type { Incident } from './incident.ts';

const time = (ms: number): string =>
  new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
/** Text of others must not become markup. */
const plain = (text: string): string =>
  text.replaceAll(/[\r\n\t ]+/g, ' ').replaceAll(/[\\`*_{}[\]<>#|]/g, (mark) => `\\${mark}`);

/** How it ended, or that it has not, in one sentence. Pure. */
export function outcomeOf({ endedAt, openedAt, healedBy, isManual }: Incident): string {
  const person = isManual ? ' A person was called.' : '';
  if (endedAt === null) return `It has not ended.${person}`;
  const how = healedBy === null ? 'by itself' : `after the recovery ${healedBy}`;
  return `It ended ${how}, after ${spanOf(endedAt - openedAt)}.${person}`;
}

/** An incident as Markdown, for whoever has to tell of it. Pure. */
export function postMortem(incident: Incident): string {
  const { id, title, component, level, openedAt, endedAt, conditions, timeline, leftOut } = incident;
  return [
    `# Incident ${id}: ${plain(title)}`,
    '',
    `- Component: ${plain(component)}`,
    `- Worst level: ${level}`,
    `- Began: ${time(openedAt)}`,
    `- Ended: ${endedAt === null ? 'not yet' : time(endedAt)}`,
    `- ${plain(outcomeOf(incident))}`,
    '',
    '## Conditions',
    '',
    '| condition | role | worst level | began | ended | starts |',
    '| --- | --- | --- | --- | --- | --- |',
    ...conditions.map(
      (one) =>
        `| ${plain(one.id)} | ${one.role} | ${one.level} | ${time(one.since)} | ${one.endedAt === null ? '' : time(one.endedAt)} | ${one.starts} |`,
    ),
    '',
    '## Timeline',
    '',
    ...timeline.map(({ at, type, reason }) => `- ${time(at)}, ${type}: ${plain(reason)}`),
    ...(leftOut === 0 ? [] : ['', `${leftOut} entries in the middle were left out; the journal has them.`]),
    '',
  ].join('\n');
}
