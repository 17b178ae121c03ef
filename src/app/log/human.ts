import pc from 'picocolors';
import { printable } from '../../kernel/index.ts';

const COLOURS: Record<string, (text: string) => string> = {
  DEBUG: pc.dim,
  INFO: (text) => text,
  WARNING: pc.yellow,
  ERROR: pc.red,
  CRITICAL: (text) => pc.bold(pc.red(text)),
};
/** The fields that the log itself writes. */
export const STANDING = ['ts', 'level', 'logger', 'msg', 'module', 'correlation_id', 'run_id'];

/** A JSON log line as a person reads it on a terminal: time, level, sentence, then the fields. */
export function humanLine(json: string): string {
  const line = JSON.parse(json) as Record<string, unknown>;
  const level = printable(String(line['level']));
  const fields = Object.entries(line)
    .filter(([key]) => !STANDING.includes(key))
    .map(
      ([key, value]) =>
        `${pc.dim(`${printable(key)}=`)}${printable(typeof value === 'string' ? value : JSON.stringify(value))}`,
    );
  const time = new Date(String(line['ts'])).toTimeString().slice(0, 8);
  const colour = COLOURS[level] ?? ((text: string) => text);
  return [pc.dim(time), colour(level.padEnd(8)), printable(String(line['msg'])), ...fields].join(' ') + '\n';
}
