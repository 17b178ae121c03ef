import type { Logger } from './log.ts';

/** `log` as one can write to it without fear: what it throws is lost, and nothing else. */
export function guardedLog(log: Logger): Logger {
  const guard =
    (level: 'debug' | 'info' | 'warning' | 'error' | 'critical'): Logger['info'] =>
    (msg, fields) => {
      try {
        log[level](msg, fields);
      } catch {
        // There is nowhere left to say it.
      }
    };
  return {
    debug: guard('debug'),
    info: guard('info'),
    warning: guard('warning'),
    error: guard('error'),
    critical: guard('critical'),
    child(module) {
      try {
        return guardedLog(log.child(module));
      } catch {
        return guardedLog(log);
      }
    },
  };
}
