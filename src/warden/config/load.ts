import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { MoonwardenError, describeError } from '../../kernel/index.ts';
import { environmentLayer, type Environment } from './environment.ts';
import { offsetOfJsonError } from './json-place.ts';
import { resolveConfig, type Layer, type ResolvedValue } from './resolve.ts';
import type { Section } from './section.ts';

/** Where a configuration comes from. */
export interface ConfigSources {
  readonly sections: readonly Section[];
  /** A file that must be there; or null for none. */
  readonly file: string | null;
  readonly environment: Environment;
  /** Values of command-line flags, by section and key. */
  readonly flags?: Layer;
}

/** Settings by section name and field, as the code reads them. */
export type SettingsBySection = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A valid configuration. */
export interface LoadedConfig {
  readonly settings: SettingsBySection;
  readonly values: readonly ResolvedValue[];
  /** Names the content: equal settings have equal hashes. */
  readonly hash: string;
  /** What was ignored and may be a slip, in sentences. */
  readonly warnings: readonly string[];
}

/** Lays the layers over the defaults. @throws MoonwardenError CONFIG_INVALID with every fault and its path. */
export function configOf(
  sections: readonly Section[],
  layers: readonly Layer[],
  warnings: readonly string[] = [],
): LoadedConfig {
  const resolution = resolveConfig(sections, layers);
  if (!resolution.ok) {
    const { faults } = resolution;
    throw new MoonwardenError(
      'CONFIG_INVALID',
      `${faults.length} ${faults.length === 1 ? 'value is' : 'values are'} not valid`,
      { faults },
    );
  }
  const { settings, values } = resolution;
  const hash = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 12);
  return { settings, values, hash, warnings };
}

/**
 * Reads every layer (defaults < file < environment < flags) and validates the whole.
 * @throws MoonwardenError CONFIG_INVALID with every fault and its path; FILE_UNREADABLE.
 */
export function loadConfig({ flags, ...sources }: ConfigSources): LoadedConfig {
  const { layer, warnings } = environmentLayer(sources.sections, sources.environment);
  const layers = [...(sources.file === null ? [] : [readConfigFile(sources.file)]), layer];
  return configOf(sources.sections, [...layers, ...(flags ? [flags] : [])], warnings);
}

/** What a file says, not yet judged. @throws MoonwardenError CONFIG_INVALID when it is not JSON; FILE_UNREADABLE. */
export function readConfigFile(file: string): Layer {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new MoonwardenError(
      'FILE_UNREADABLE',
      `cannot read the configuration ${file}: ${describeError(error)}`,
    );
  }
  const text = content.replace(/^\uFEFF/, '');
  try {
    return { source: file, values: JSON.parse(text) as unknown };
  } catch (error) {
    throw new MoonwardenError('CONFIG_INVALID', `${file} is not valid JSON`, {
      faults: [
        { path: file, message: text.trim() === '' ? 'is empty' : faultOfJson(text, describeError(error)) },
      ],
    });
  }
}

/** V8's words without its excerpt, which may hold line breaks, and with line and column, which it leaves out. */
function faultOfJson(text: string, message: string): string {
  const [words = message] = message.split(/, (?:\.\.\.)?"| in JSON at position | \(line /);
  const before = text.slice(0, offsetOfJsonError(text)).split('\n');
  return `${words} (line ${before.length}, column ${(before.at(-1) ?? '').length + 1})`;
}
