import type { Layer } from './resolve.ts';
import { keyOf, type Section } from './section.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process. The only place, beside the kernel, that reads it. */
export function processEnvironment(): Environment {
  return process.env;
}

const PREFIX = 'MOONWARDEN_';
/** Variables that are no settings: the place of the data and of the configuration. */
const PLACES = ['MOONWARDEN_DATA', 'MOONWARDEN_CONFIG'];

/** The variable that sets a key: `MOONWARDEN_TOKENS_HOT_INTERVAL` for `tokens.hot_interval`. */
export function variableName(section: string, key: string): string {
  return `${PREFIX}${section}_${key}`.toUpperCase();
}

/** The settings that the environment gives. A variable with our prefix that names nothing is warned of. */
export function environmentLayer(
  sections: readonly Section[],
  environment: Environment,
): { readonly layer: Layer; readonly warnings: readonly string[] } {
  const values: Record<string, Record<string, unknown>> = {};
  const known = new Set<string>(PLACES);
  for (const section of sections) {
    for (const [name, { isJson = false }] of Object.entries(section.fields)) {
      const key = keyOf(name);
      const variable = variableName(section.name, key);
      known.add(variable);
      const value = environment[variable];
      if (value !== undefined) (values[section.name] ??= {})[key] = isJson ? jsonOf(value) : value;
    }
  }
  const warnings = Object.keys(environment)
    .filter((name) => name.startsWith(PREFIX) && !known.has(name))
    .sort()
    .map((name) => `The environment variable ${name} names no setting and is ignored.`);
  return { layer: { source: 'environment', values }, warnings };
}

/** Text that is no JSON stays as it is: whoever reads the setting says what is wrong with it. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
