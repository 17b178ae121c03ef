export { environmentLayer, processEnvironment, variableName, type Environment } from './environment.ts';
export { duration, flag, integer, number, text } from './fields.ts';
export { configOf, loadConfig, readConfigFile, type LoadedConfig, type SettingsBySection } from './load.ts';
export { hintOf } from './nearest.ts';
export { resolveConfig, type Layer } from './resolve.ts';
export { configJsonSchema } from './schema.ts';
export {
  defaultsOf,
  defineSection,
  field,
  jsonField,
  keyOf,
  live,
  optionalField,
  type Section,
  type SettingsOf,
} from './section.ts';
export {
  changedSettings,
  prepareSwap,
  type ChangedSetting,
  type ConfigState,
  type LivePart,
} from './swap.ts';
