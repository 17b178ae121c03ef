import type { SignalList } from '../../../src/contract/index.ts';
import { words } from '../format.ts';

export type Signal = SignalList['items'][number];

const FAMILIES: readonly (readonly [title: string, name: RegExp])[] = [
  ['Process', /^(process|heap|external|gc|event_loop|memory|cpu)_/],
  ['Machine', /^(host|disk|network)_/],
  ['Database', /^(database|store)_/],
  ['Jobs', /^(job|scheduler)_/],
];
const REST = 'Tokens and their source';

/** The signals in groups for a list to choose from, in the order of the groups. Pure. */
export function families(signals: readonly Signal[]): readonly (readonly [string, readonly Signal[]])[] {
  const titleOf = ({ name }: Signal): string => FAMILIES.find(([, of]) => of.test(name))?.[0] ?? REST;
  return [REST, ...FAMILIES.map(([title]) => title)]
    .map((title) => [title, signals.filter((signal) => titleOf(signal) === title)] as const)
    .filter(([, of]) => of.length > 0);
}

/** Labels as the API and the address write them: `group=hot`; empty without any. */
export const labelText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');

/** What tells a series apart from all others. */
export const seriesId = (name: string, labels: string): string =>
  labels === '' ? name : `${name}{${labels}}`;

/** A name of the API as words; units that the value shows anyway are left out. */
export function signalWords(name: string): string {
  return words(name.replace(/_(s|bytes|bytes_per_s)$/, ''))
    .replace(/\bp(50|95|99)\b/, 'p$1')
    .replace(/\b(cpu|rss|gc|wal|api)\b/gi, (known) => known.toUpperCase());
}
