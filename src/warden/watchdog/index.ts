export { createBlockSignals, type BlockSignals } from './block-signals.ts';
export {
  describeBlock,
  frameToBlame,
  type Block,
  type BlockCause,
  type StackFrame,
  type ThreadUse,
} from './block.ts';
export { LEAST_LIMIT_MS, watchdogDefaults, type WatchdogOptions } from './options.ts';
export type { TraceTargets } from './trace.ts';
export { createWatchdog, type Watchdog } from './watchdog.ts';
