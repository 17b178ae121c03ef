import type { ConfigReport, ConfigResult } from '../../contract/index.ts';
import { ago } from '../report.ts';

export const RUNNING_COLUMNS = ['SETTING', 'VALUE', 'FROM', 'ACTS'] as const;

/** A value on one line. Pure. */
export const valueText = (value: unknown): string =>
  value === null || value === undefined ? '-' : typeof value === 'string' ? value : JSON.stringify(value);

/** One line a setting. Pure. */
export const runningRows = ({ items }: ConfigReport): readonly string[][] =>
  items.map(({ path, value, source, live, waits, inForce }) => [
    path,
    valueText(value),
    source,
    waits ? `next start (now ${valueText(inForce)})` : live ? 'live' : 'yes',
  ]);

/** How the configuration as a whole is, in sentences. Pure. */
export function configSentences({ at, hash, acceptedAt, file, refused }: ConfigReport): readonly string[] {
  const taken = `In force is ${hash} (${file ?? 'no file'}), taken ${ago(acceptedAt, at)}.`;
  if (refused === null) return [taken];
  return [
    taken,
    `The file has been refused since ${ago(refused.since, at)}: ${refused.reason}.`,
    ...refused.faults.map(({ path, message }) => `${path}: ${message}`),
  ];
}

/** What a change came to, line by line. Pure. */
export const changeSentences = ({ sentence, changes }: ConfigResult): readonly string[] => [
  sentence,
  ...changes.map(
    ({ path, from, to, live }) =>
      `  ${path}: ${valueText(from)} -> ${valueText(to)}${live ? '' : ' (at the next start)'}`,
  ),
];

/** What was typed, as a value: lists, maps and `null` are JSON, all else is text, which every setting reads. Pure. */
export function typedValue(text: string): unknown {
  if (!/^\s*(?:[[{]|null\s*$)/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
