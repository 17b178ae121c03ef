import { MoonwardenError, describeError } from '../../kernel/index.ts';

/** SQLite's primary result code of an error; undefined when it is not one of SQLite's. */
export function sqliteCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('sqliteCode' in error)) return undefined;
  return typeof error.sqliteCode === 'number' ? error.sqliteCode & 0xff : undefined;
}

const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const NOTADB = 26;

export const isBusy = (error: unknown): boolean => [BUSY, LOCKED].includes(sqliteCode(error) ?? 0);
export const isDamage = (error: unknown): boolean => [CORRUPT, NOTADB].includes(sqliteCode(error) ?? 0);

/** What a failed write means for the caller. An I/O error while writing is how some file systems say that they are full. */
export function storeError(error: unknown): MoonwardenError {
  if (error instanceof MoonwardenError) return error;
  const code = sqliteCode(error);
  if (code === FULL || code === IOERR) {
    return new MoonwardenError('STORE_FULL', `the database cannot grow: ${describeError(error)}`, {
      cause: error,
    });
  }
  const detail =
    code === READONLY
      ? 'the database has become read-only'
      : `the database refused the change: ${describeError(error)}`;
  return new MoonwardenError('STORE_FAILED', detail, { cause: error });
}
