import { configOf, variableName, type Layer, type LoadedConfig } from '../../warden/config/index.ts';
import { SECTIONS } from '../settings.ts';

/** Settings by path, as in `log.level`. */
export type SettingsByPath = Readonly<Record<string, unknown>>;

/** The layers of a configuration, the strongest last. */
export interface ConfigLayers {
  readonly file: Layer | null;
  /** What was set while the service ran. */
  readonly runTime: SettingsByPath;
  readonly environment: Layer;
  readonly commandLine: Layer | null;
  readonly warnings: readonly string[];
}

const RUN_TIME = 'run time';

/** @throws MoonwardenError CONFIG_INVALID. */
export function loadLayers({
  file,
  environment,
  runTime,
  commandLine,
  warnings,
}: ConfigLayers): LoadedConfig {
  const layers = [file, runTimeLayer(runTime), environment, commandLine].filter((layer) => layer !== null);
  return configOf(SECTIONS, layers, warnings);
}

const ownOf = (from: unknown, key: string): unknown =>
  typeof from === 'object' && from !== null && Object.hasOwn(from, key)
    ? (from as Record<string, unknown>)[key]
    : undefined;

/** What fixes a setting, so that it cannot be changed at run time; null when nothing does. Pure. */
export function pinnedBy({ environment, commandLine }: ConfigLayers, path: string): string | null {
  const [section = '', key = ''] = path.split('.', 2);
  const isIn = (layer: Layer | null): boolean => ownOf(ownOf(layer?.values, section), key) !== undefined;
  if (isIn(commandLine)) return 'the command line';
  return isIn(environment) ? `the environment (${variableName(section, key)})` : null;
}

/** A path without a section stays one that nobody knows, and is told so. */
function runTimeLayer(runTime: SettingsByPath): Layer {
  const values = new Map<string, Map<string, unknown> | null>();
  for (const [path, value] of Object.entries(runTime)) {
    const dot = path.indexOf('.');
    const section = dot === -1 ? path : path.slice(0, dot);
    const inner = values.get(section) ?? new Map<string, unknown>();
    if (dot !== -1) inner.set(path.slice(dot + 1), value);
    values.set(section, dot === -1 ? null : inner);
  }
  const nested = [...values].map(
    ([section, inner]) => [section, inner && Object.fromEntries(inner)] as const,
  );
  return { source: RUN_TIME, values: Object.fromEntries(nested) };
}
