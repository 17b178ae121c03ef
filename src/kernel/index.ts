export { AbortedError, TimeoutError, abortable, onAbort, withTimeout } from './abort.ts';
export {
  alarmOf,
  backgroundClock,
  startStopwatch,
  systemClock,
  type Alarm,
  type CancelTimer,
  type Clock,
} from './clock.ts';
export { currentContext, onWork, runInContext, runOutsideContext } from './context.ts';
export { ERROR_CODES, MoonwardenError, describeError, type ErrorCode, type Fault } from './errors.ts';
export { createEmitter } from './events.ts';
export { FakeClock } from './fake-clock.ts';
export { trapGlobals } from './global-trap.ts';
export { createId, systemEntropy, type Entropy } from './ids.ts';
export { LatencyWindow } from './latency.ts';
export { createLifecycle } from './lifecycle.ts';
export { guardedLog } from './guarded-log.ts';
export { silentLogger, type LogFields, type Logger } from './log.ts';
export { printable } from './printable.ts';
export { createRandom, type Random } from './random.ts';
export { RepeatFilter } from './repeat.ts';
export { RingBuffer } from './ring-buffer.ts';
export { summaryOf, type Summary } from './summary.ts';
export { threadClock } from './thread-clock.ts';
