import type { ConfigChange, ConfigReport, JournalEntry, JournalPage } from '../../../src/contract/index.ts';

export type Setting = ConfigReport['items'][number];

/** A section with those of its settings that are shown. */
export interface SettingsSection {
  readonly name: string;
  readonly items: readonly Setting[];
  /** How many of these are not as they come. */
  readonly changed: number;
}

export const isChanged = ({ source }: Pick<Setting, 'source'>): boolean => source !== 'default';
export const isAtRunTime = ({ source }: Pick<Setting, 'source'>): boolean => source === 'run time';

/** The name of a setting within its section. */
export const keyOf = (path: string): string => path.slice(path.indexOf('.') + 1);

/** Those that hold the text in their path, value or description, section by section. Pure. */
export function sectionsOf(
  items: readonly Setting[],
  { text, changedOnly }: { readonly text: string; readonly changedOnly: boolean },
): readonly SettingsSection[] {
  const wanted = text.trim().toLowerCase();
  const names = [...new Set(items.map(({ path }) => path.slice(0, path.indexOf('.'))))];
  return names.flatMap((name) => {
    const own = items.filter(({ path }) => path.startsWith(`${name}.`));
    const shown = own.filter(
      (item) =>
        (!changedOnly || isChanged(item)) &&
        (wanted === '' ||
          [item.path, item.about, valueText(item.value)].some((each) => each.toLowerCase().includes(wanted))),
    );
    return shown.length === 0 ? [] : [{ name, items: shown, changed: shown.filter(isChanged).length }];
  });
}

/** A value on one line. Pure. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Whether a value is cut or has a part that is not shown, so that it can't be the start of another one. Pure. */
export const isWhole = (value: unknown): boolean =>
  !/\.\.\. \(\d+ characters\)$|\[redacted\]/i.test(valueText(value));

/** A list or a map is edited as JSON. */
export const isJson = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** What stands in the field at first. Pure. */
export function typedText(value: unknown): string {
  if (value === null || value === undefined || !isWhole(value)) return '';
  return isJson(value) ? JSON.stringify(value, null, 2) : valueText(value);
}

export type Typed =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

/**
 * What was typed, as a value: lists, maps and `null` are JSON, all else is text, which every setting reads. Pure.
 * @param current of the setting: in place of a list or a map only another one makes sense.
 */
export function typedValue(text: string, current: unknown): Typed {
  if (!isJson(current) && !/^\s*(?:[[{]|null\s*$)/.test(text)) return { ok: true, value: text.trim() };
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    return {
      ok: false,
      message: `This is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

export type ConfigEntry = Extract<JournalEntry, { type: 'config.changed' }>;

export const entriesOf = (page: JournalPage): readonly ConfigEntry[] =>
  page.items.flatMap((entry) => (entry.type === 'config.changed' ? [entry] : []));

/** Who last changed a setting by request, and what it was before. Pure. @param entries newest first. */
export function lastChange(
  entries: readonly ConfigEntry[],
  path: string,
): { readonly entry: ConfigEntry; readonly change: ConfigChange } | undefined {
  for (const entry of entries) {
    const change = entry.data.changes.find((each) => each.path === path);
    if (change) return entry.data.via === 'api' ? { entry, change } : undefined;
  }
  return undefined;
}

/** Where a value comes from, in words. Pure. */
export function sourceWords(source: string, file: string | null): string {
  switch (source) {
    case 'default':
      return 'Default';
    case 'environment':
      return 'Environment';
    case 'run time':
      return 'Run time';
    case 'command line':
      return 'Command line';
    default:
      return source === file ? 'File' : source;
  }
}

/** When a value acts. Pure. */
export function actsWords({ live, waits, inForce }: Pick<Setting, 'live' | 'waits' | 'inForce'>): string {
  if (waits) return `At the next start; now ${valueText(inForce)}`;
  return live ? 'At once' : 'At the next start';
}

const BY: Readonly<Record<ConfigEntry['data']['via'], string>> = {
  start: 'since the last start',
  file: 'by its file',
  signal: 'by its file, on SIGHUP',
  api: 'by request',
};

/** Who or what brought a configuration. Pure. */
export const broughtBy = ({ via, who }: ConfigEntry['data']): string =>
  via === 'api' && who !== null ? `by ${who}` : BY[via];
