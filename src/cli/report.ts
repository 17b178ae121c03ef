import pc from 'picocolors';
import Table from 'cli-table3';
import { ERROR_CODES, MoonwardenError, describeError } from '../kernel/index.ts';

export const EXIT_USAGE = ERROR_CODES.USAGE.exitCode;

/** Prints an error as JSON on standard error, for machines. Gives the exit code. */
export function reportErrorJson(error: unknown): number {
  const code = error instanceof MoonwardenError ? error.code : 'INTERNAL';
  const faults = error instanceof MoonwardenError ? error.faults : [];
  const { todo, exitCode } = ERROR_CODES[code];
  const message = error instanceof MoonwardenError ? error.message : describeError(error);
  const told = { error: { code, message, todo, ...(faults.length > 0 ? { faults } : {}) } };
  process.stderr.write(`${JSON.stringify(told, null, 2)}\n`);
  return exitCode;
}

/** Prints an error: one line that says what is wrong and what to do, then each fault. Gives the exit code. */
export function reportError(error: unknown): number {
  if (!(error instanceof MoonwardenError)) {
    process.stderr.write(`moonwarden: ${describeError(error)}\n`);
    return ERROR_CODES.INTERNAL.exitCode;
  }
  const { title, todo, exitCode } = ERROR_CODES[error.code];
  const detail = printable(error.message.replace(/\.$/, ''));
  process.stderr.write(`moonwarden: ${title}: ${detail}. ${todo} [${error.code}]\n`);
  for (const { path, message } of error.faults)
    process.stderr.write(`  ${printable(`${path}: ${message}`)}\n`);
  return exitCode;
}

/** Prints a line. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

const LINE_WIDTH = 80;

/** Prints sentences, broken into lines of at most 80 characters: the first begins with `indent`, the others with `hanging`. */
export function printText(text: string, indent = '', hanging = indent): void {
  let line = indent;
  let isEmpty = true;
  for (const word of printable(text).split(/ +/)) {
    if (!isEmpty && line.length + 1 + word.length > LINE_WIDTH) {
      print(line);
      line = hanging;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  print(line);
}

/** Prints for machines. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** Prints rows in aligned columns without borders. */
export function printTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  rightAligned: readonly number[] = [],
): void {
  const none = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle: '  ',
  };
  const table = new Table({
    head: head.map((title) => pc.dim(title)),
    chars: none,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: head.map((_, index) => (rightAligned.includes(index) ? 'right' : 'left')),
  });
  table.push(...rows.map((row) => row.map(printable)));
  print(table.toString());
}

/** Names come from strangers, and a terminal obeys control characters. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '');
}

/** A length of time: "40 s", "14 min", "3.5 h"; "-" where nothing was measured. */
export function lengthOf(ms: number | null): string {
  if (ms === null) return '-';
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 360_000) / 10} h`;
}

/** How long ago a moment was. */
export function ago(at: number | null, now: number): string {
  if (at === null) return 'never';
  const seconds = Math.max(0, Math.round((now - at) / 1_000));
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h ago`;
  return `${Math.round(seconds / 86_400)} d ago`;
}
