import { MoonwardenError, describeError } from '../../kernel/index.ts';

const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;
/** Extended codes of I/O errors that a full disk gives, too: WRITE, FSYNC, TRUNCATE, SHMSIZE. */
const FULL_LIKE = [3, 4, 6, 19].map((detail) => (detail << 8) | IOERR);

/** SQLite's own texts: the driver leaves out the code of what fails while rows are read. */
const CODES_BY_TEXT: readonly (readonly [string, number])[] = [
  ['database is locked', BUSY],
  ['database table is locked', LOCKED],
  ['attempt to write a readonly database', READONLY],
  ['disk I/O error', IOERR],
  ['database disk image is malformed', CORRUPT],
  ['database or disk is full', FULL],
  ['unable to open database file', CANTOPEN],
  ['file is not a database', NOTADB],
];

/** SQLite's primary result code of an error; undefined when it is not one of SQLite's. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_SQLITE_ERROR') return undefined;
  if ('sqliteCode' in error && typeof error.sqliteCode === 'number') return error.sqliteCode & 0xff;
  return CODES_BY_TEXT.find(([text]) => error.message.includes(text))?.[1];
}

export const isBusy = (error: unknown): boolean => [BUSY, LOCKED].includes(sqliteCode(error) ?? 0);
export const isDamage = (error: unknown): boolean => [CORRUPT, NOTADB].includes(sqliteCode(error) ?? 0);

/** Whether a write failed because there is no room, as far as one can tell. */
export function isFull(error: unknown): boolean {
  const code = sqliteCode(error);
  if (code !== IOERR) return code === FULL;
  const extended = error instanceof Error && 'sqliteCode' in error ? error.sqliteCode : undefined;
  return typeof extended === 'number' && FULL_LIKE.includes(extended);
}

/** Whether the same change may be taken later: it is not the change that is wrong. */
export const isPassing = (error: unknown): boolean =>
  [BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB].includes(sqliteCode(error) ?? 0);

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
