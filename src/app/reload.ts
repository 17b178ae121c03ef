import { MoonwardenError, describeError } from '../kernel/index.ts';
import type { LoadedConfig, ResolvedValue } from '../warden/config/index.ts';
import type { ServiceLog } from './log/logger.ts';
import { loadSettings, type ConfigChoice } from './settings.ts';

/** A setting that reads differently now. */
export interface ChangedSetting {
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
  /** Whether it acts at once; the others act at the next start. */
  readonly live: boolean;
}

const LIVE_SETTINGS: ReadonlySet<string> = new Set(['log.level']);

/** What differs between two configurations. Pure. */
function changedSettings(
  before: readonly ResolvedValue[],
  after: readonly ResolvedValue[],
): readonly ChangedSetting[] {
  const previous = new Map(before.map(({ section, key, written }) => [`${section}.${key}`, written]));
  return after.flatMap(({ section, key, written }) => {
    const path = `${section}.${key}`;
    const from = previous.get(path);
    if (JSON.stringify(from) === JSON.stringify(written)) return [];
    return [{ path, from, to: written, live: LIVE_SETTINGS.has(path) }];
  });
}

/**
 * Reads the configuration again. What is not valid changes nothing. The log level acts at once; of every other change the
 * log says that it waits for the next start.
 * @returns the configuration that is in force for the next comparison.
 */
export function reloadConfig(choice: ConfigChoice, current: LoadedConfig, log: ServiceLog): LoadedConfig {
  try {
    const { settings, loaded } = loadSettings(choice);
    const changes = changedSettings(current.values, loaded.values);
    if (changes.length === 0) log.info('The configuration was read again; nothing has changed.');
    if (changes.some(({ live }) => live)) log.setLevel(settings.log.level);
    for (const { path, from, to, live } of changes) {
      log.info(live ? 'A setting has changed.' : 'A setting has changed; it acts at the next start.', {
        path,
        from,
        to,
      });
    }
    return loaded;
  } catch (error) {
    const faults = error instanceof MoonwardenError ? error.faults : [];
    log.error('The new configuration is not valid; the one in force stays.', {
      cause: describeError(error),
      faults,
    });
    return current;
  }
}
