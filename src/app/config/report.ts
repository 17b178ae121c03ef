import type { ConfigReport } from '../../contract/index.ts';
import { keyOf, type ConfigState, type LoadedConfig } from '../../warden/config/index.ts';
import { SECTIONS } from '../settings.ts';
import { shownValue } from './outcome.ts';

/** What is shown of a configuration. Pure. @param start the one with which the service started. */
export function configReportOf(
  { loaded, inForce }: ConfigState,
  start: LoadedConfig,
  rest: Omit<ConfigReport, 'items' | 'hash'>,
): ConfigReport {
  const atStart = new Map(start.values.map(({ section, key, written }) => [`${section}.${key}`, written]));
  const fields = new Map(
    SECTIONS.flatMap(({ name: section, fields: own }) =>
      Object.entries(own).map(([name, { isLive = false }]) => {
        const isSame =
          JSON.stringify(loaded.settings[section]?.[name]) === JSON.stringify(inForce[section]?.[name]);
        const path: string = `${section}.${keyOf(name)}`;
        return [path, { isLive, waits: !isSame }] as const;
      }),
    ),
  );
  const items = loaded.values.map(({ section, key, written, source, about }) => {
    const path = `${section}.${key}`;
    const { isLive, waits } = fields.get(path) ?? { isLive: false, waits: false };
    const value = shownValue(path, written);
    const acting = waits ? shownValue(path, atStart.get(path)) : value;
    return { path, value, source, live: isLive, inForce: acting, waits, about };
  });
  return { ...rest, hash: loaded.hash, items };
}
