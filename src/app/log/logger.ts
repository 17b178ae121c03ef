import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino, type DestinationStream } from 'pino';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import { RepeatFilter, currentContext, type Clock, type LogFields, type Logger } from '../../kernel/index.ts';
import { defineSection, field, integer, live, type SettingsOf } from '../../warden/config/index.ts';
import { z } from 'zod';
import { STANDING, humanLine } from './human.ts';
import { redact, redactText } from './redact.ts';

const LEVELS = ['debug', 'info', 'warning', 'error', 'critical'] as const;
export type LogLevel = (typeof LEVELS)[number];

/** What is logged and how long it is kept. */
export const logSection = defineSection({
  name: 'log',
  about: 'What is logged, and how long it is kept.',
  fields: {
    level: live(field(z.enum(LEVELS), 'info', 'Lines below this level are not written.')),
    format: field(
      z.enum(['auto', 'json', 'human']),
      'auto',
      'On standard output: auto is for people on a terminal, JSON elsewhere.',
    ),
    fileMb: field(
      integer({ min: 1, max: 1_000 }),
      10,
      'Size at which the log file is rotated, in MB; it is rotated each day anyway.',
    ),
    totalMb: field(
      integer({ min: 1, max: 100_000 }),
      1_000,
      'Size of all rotated log files together, in MB; the oldest go first. How long they are kept says `retention.logs`.',
    ),
  },
});
export type LogSettings = SettingsOf<typeof logSection>;

/** The service's log. */
export interface ServiceLog extends Logger {
  setLevel(level: LogLevel): void;
  /** Writes what is held back and closes the file. */
  close(): Promise<void>;
}

/** Where lines go. */
export interface LogTargets {
  /** Standard output, or what stands for it. */
  readonly output: DestinationStream;
  readonly human: boolean;
  /** The folder of the rotated file; null writes none. */
  readonly folder: string | null;
}

const PINO_LEVELS = { debug: 20, info: 30, warning: 40, error: 50, critical: 60 };
const SUMMARY_INTERVAL_MS = 5_000;

export function createLog(clock: Clock, settings: LogSettings, targets: LogTargets): ServiceLog {
  const file = targets.folder === null ? null : openFile(clock, targets.folder, settings);
  const destination: DestinationStream = {
    write(line) {
      targets.output.write(targets.human ? humanLine(line) : line);
      file?.write(line);
    },
  };
  const base = pino(
    {
      base: null,
      level: settings.level,
      customLevels: PINO_LEVELS,
      useOnlyCustomLevels: true,
      messageKey: 'msg',
      timestamp: () => `,"ts":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
    },
    destination,
  );
  const repeats = new RepeatFilter();

  const write = (level: LogLevel, module: string, msg: string, fields: LogFields = {}): void => {
    if (!base.isLevelEnabled(level)) return;
    const clean = redact(fields) as LogFields;
    const key = JSON.stringify([level, module, msg, clean]);
    const held = repeats.admit(key, clock.monotonic());
    if (held === null) return;
    emit(level, module, msg, held > 0 ? { ...clean, repeated: held } : clean);
  };

  const emit = (level: LogLevel, module: string, msg: string, fields: LogFields): void => {
    const { correlationId, runId } = currentContext();
    base[level](
      {
        logger: `moonwarden.${module}`,
        module,
        ...(correlationId === undefined ? {} : { correlation_id: redactText(correlationId) }),
        ...(runId === undefined ? {} : { run_id: runId }),
        ...withoutStanding(fields),
      },
      redactText(msg),
    );
  };

  const summarise = (nowMs: number): void => {
    for (const { key, count } of repeats.expired(nowMs)) {
      const [level, module, msg, fields] = JSON.parse(key) as [LogLevel, string, string, LogFields];
      emit(level, module, msg, { ...fields, repeated: count });
    }
  };
  let cancelSummary: (() => void) | undefined;
  const tick = (): void => {
    summarise(clock.monotonic());
    cancelSummary = clock.schedule(SUMMARY_INTERVAL_MS, tick);
  };
  tick();

  const loggerFor = (module: string): Logger => ({
    debug: (msg, fields) => {
      write('debug', module, msg, fields);
    },
    info: (msg, fields) => {
      write('info', module, msg, fields);
    },
    warning: (msg, fields) => {
      write('warning', module, msg, fields);
    },
    error: (msg, fields) => {
      write('error', module, msg, fields);
    },
    critical: (msg, fields) => {
      write('critical', module, msg, fields);
    },
    child: loggerFor,
  });

  return {
    ...loggerFor('app'),
    setLevel(level) {
      base.level = level;
    },
    async close() {
      cancelSummary?.();
      summarise(Infinity);
      await file?.end();
    },
  };
}

/** A name that the log itself writes must not stand twice in a line: readers take the last one, or refuse the line. */
function withoutStanding(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [STANDING.includes(key) ? `field_${key}` : key, value]),
  );
}

interface LogFile {
  write(line: string): void;
  end(): Promise<void>;
}

/** A file that failed (a full disk) is opened anew with the first line after this time. */
const REOPEN_MS = 1_000;

function openFile(clock: Clock, folder: string, { fileMb, totalMb }: LogSettings): LogFile {
  const path = join(folder, 'logs');
  mkdirSync(path, { recursive: true, mode: 0o700 });
  let failedMs = -Infinity;
  let current: RotatingFileStream | undefined;
  const open = (): RotatingFileStream => {
    const stream = createStream('moonwarden.log', {
      path,
      size: `${fileMb}M`,
      interval: '1d',
      compress: 'gzip',
      maxSize: `${totalMb}M`,
      mode: 0o600,
    });
    // A log that cannot be written must not bring down what it logs; standard output still has the line.
    stream.on('error', () => {
      failedMs = clock.monotonic();
      if (current === stream) current = undefined;
    });
    stream.on('warning', () => undefined);
    return stream;
  };
  return {
    write(line) {
      if (current === undefined && clock.monotonic() - failedMs >= REOPEN_MS) current = open();
      current?.write(line);
    },
    async end() {
      const stream = current;
      if (stream) await new Promise<void>((resolve) => stream.end(resolve));
    },
  };
}
