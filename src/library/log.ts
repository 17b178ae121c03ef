import {
  RepeatFilter,
  describeError,
  printable,
  type Clock,
  type LogFields,
  type Logger,
} from '../kernel/index.ts';

export const LOG_LEVELS = ['debug', 'info', 'warning', 'error', 'critical'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A line of the log. */
export interface LogLine {
  /** Wall-clock time, in ms. */
  readonly at: number;
  readonly level: LogLevel;
  /** The part that says it, as in `warden`. */
  readonly module: string;
  /** One plain sentence; what varies may also be in the fields. */
  readonly msg: string;
  readonly fields: LogFields;
}

export const LOG_FORMATS = ['auto', 'text', 'json', 'none'] as const;
/**
 * How it is logged: lines for people or JSON on standard error (`auto`: for people on a terminal), nothing, or by a function of
 * yours. What that throws is lost, and nothing else.
 */
export type LogChoice = (typeof LOG_FORMATS)[number] | ((line: LogLine) => void);

/** A log line as JSON, in the order in which people look. Pure. */
export function jsonLine({ at, level, module, msg, fields }: LogLine): string {
  const standing = { ts: new Date(at).toISOString(), level: level.toUpperCase(), module, msg };
  const own = Object.entries(fields)
    // A name that stands twice makes a line that cannot be read.
    .filter(([key]) => !Object.hasOwn(standing, key))
    .map(([key, value]): [string, unknown] => [key, value instanceof Error ? describeError(value) : value]);
  return JSON.stringify({ ...standing, ...(Object.fromEntries(own) as LogFields) });
}

/** A log line for people: time, level, sentence, and what it was caused by. Pure but for the time zone of the machine. */
export function textLine({ at, level, msg, fields }: LogLine): string {
  const time = new Date(at).toTimeString().slice(0, 8);
  const more = ['cause', 'reason'].flatMap((key) => (typeof fields[key] === 'string' ? [fields[key]] : []));
  return printable([time, level.toUpperCase().padEnd(8), msg, ...more.map((one) => `(${one})`)].join(' '));
}

const toStandardError = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** A log that lets no fault that repeats drown the rest, and that never throws. */
export function createLibraryLog(parts: {
  readonly clock: Clock;
  readonly choice: LogChoice;
  readonly level: LogLevel;
  readonly write?: ((line: string) => void) | undefined;
}): Logger {
  const { clock, choice, level: least, write = toStandardError } = parts;
  const format = choice === 'auto' ? (process.stderr.isTTY ? 'text' : 'json') : choice;
  const sink = (line: Omit<LogLine, 'at'>, repeated: number): void => {
    const fields = repeated > 0 ? { ...line.fields, repeated } : line.fields;
    const whole = { ...line, at: clock.now(), fields };
    if (typeof format === 'function') format(whole);
    else if (format !== 'none') write(format === 'text' ? textLine(whole) : jsonLine(whole));
  };
  const repeats = new RepeatFilter();
  const loggerOf = (module: string): Logger => {
    const at =
      (level: LogLevel) =>
      (msg: string, fields: LogFields = {}): void => {
        if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(least)) return;
        try {
          const line = { level, module, msg, fields };
          const held = repeats.admit(JSON.stringify(line), clock.monotonic());
          if (held !== null) sink(line, held);
          for (const { key, count } of repeats.expired(clock.monotonic()))
            sink(JSON.parse(key) as typeof line, count);
        } catch {
          // There is nowhere left to say it.
        }
      };
    return {
      debug: at('debug'),
      info: at('info'),
      warning: at('warning'),
      error: at('error'),
      critical: at('critical'),
      child: loggerOf,
    };
  };
  return loggerOf('warden');
}
