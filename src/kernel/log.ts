/** Fields of a log line: plain data. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where rooms write what an operator may want to read. `msg` is a sentence; what varies goes into `fields`. */
export interface Logger {
  debug(msg: string, fields?: LogFields): void;
  info(msg: string, fields?: LogFields): void;
  warning(msg: string, fields?: LogFields): void;
  error(msg: string, fields?: LogFields): void;
  critical(msg: string, fields?: LogFields): void;
  /** A logger for one module of the system. */
  child(module: string): Logger;
}

const nothing = (): void => undefined;

/** Writes nowhere. */
export const silentLogger: Logger = {
  debug: nothing,
  info: nothing,
  warning: nothing,
  error: nothing,
  critical: nothing,
  child: () => silentLogger,
};
