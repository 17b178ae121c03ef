export { processEnvironment, variableName, type Environment } from './environment.ts';
export { duration, flag, formatDuration, integer, number, text } from './fields.ts';
export { loadConfig, type LoadedConfig } from './load.ts';
export { resolveConfig, type Layer, type ResolvedValue } from './resolve.ts';
export { configJsonSchema } from './schema.ts';
export {
  defaultsOf,
  defineSection,
  field,
  keyOf,
  optionalField,
  type Section,
  type SettingsOf,
} from './section.ts';
