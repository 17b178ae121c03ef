import { MoonwardenError, type Fault } from '../../kernel/index.ts';
import {
  environmentLayer,
  processEnvironment,
  readConfigFile,
  type Layer,
  type LoadedConfig,
} from '../../warden/config/index.ts';
import { SECTIONS, configFile, typedSettings, type ConfigChoice, type Settings } from '../settings.ts';
import { readKept, type KeptConfig } from './kept.ts';
import { loadLayers, type ConfigLayers } from './layers.ts';

/** Why the file is not in force as it stands. */
export interface Refusal {
  readonly reason: string;
  readonly faults: readonly Fault[];
}

/** The configuration with which a service starts. */
export interface OpenedConfig {
  readonly choice: ConfigChoice;
  readonly folder: string;
  readonly path: string | null;
  readonly layers: ConfigLayers;
  readonly loaded: LoadedConfig;
  readonly settings: Settings;
  /** What was in force last on this data folder; null when nothing is known of it. */
  readonly kept: KeptConfig | null;
  /** The last good configuration is in force, because of this. */
  readonly refused: Refusal | null;
  /** What a person should know, in sentences. */
  readonly warnings: readonly string[];
}

/**
 * Reads file, environment, what was set at run time, and flags. When the file is not valid, the one that was accepted last
 * stands in for it, if it is known; when what was set at run time does not fit to the rest any more, it is left out.
 * @throws MoonwardenError CONFIG_INVALID, FILE_UNREADABLE: of the file, when nothing can stand in for it.
 */
export function openConfig(choice: ConfigChoice, folder: string): OpenedConfig {
  const environment = environmentLayer(SECTIONS, choice.environment ?? processEnvironment());
  const { path, file } = configFile(choice);
  const read = readKept(folder);
  const kept = read ?? null;
  const unread =
    read === undefined
      ? ['What was set at run time, and the last good configuration, cannot be read and are ignored.']
      : [];
  const layersWith = (layer: Layer | null, runTime: KeptConfig['runTime']): ConfigLayers => ({
    file: layer,
    environment: environment.layer,
    runTime,
    commandLine: choice.flags ?? null,
    warnings: environment.warnings,
  });
  const opened = (layers: ConfigLayers, refused: Refusal | null, more: readonly string[]): OpenedConfig => {
    const loaded = loadLayers(layers);
    const settings = typedSettings(loaded.settings);
    const warnings = [...loaded.warnings, ...unread, ...more];
    return { choice, folder, path, layers, loaded, settings, kept, refused, warnings };
  };
  const runTime = kept?.runTime ?? {};
  const fromFile = (): Layer | null => (file === null ? null : readConfigFile(file));
  try {
    return opened(layersWith(fromFile(), runTime), null, []);
  } catch (error) {
    if (!(error instanceof MoonwardenError) || kept === null) throw error;
    const { message: reason, faults } = error;
    const standIns: readonly (() => OpenedConfig)[] = [
      () => {
        if (kept.path !== path) throw error;
        const lastGood = { source: 'last good', values: kept.values };
        return opened(layersWith(lastGood, runTime), { reason, faults }, [
          'The configuration file is not valid; the service starts with the last good one.',
        ]);
      },
      () =>
        opened(layersWith(fromFile(), {}), null, [
          `What was set at run time does not fit to the configuration any more and is dropped: ${Object.keys(runTime).join(', ')}.`,
        ]),
    ];
    for (const standIn of standIns) {
      try {
        return standIn();
      } catch {
        // The first error tells of what a person can correct.
      }
    }
    throw error;
  }
}
