/**
 * Every error that the product names. `status` is the HTTP status it answers with, `exitCode` the one of the command
 * line, `todo` what a person can do about it. A test holds `docs/errors.md` to this table.
 */
export const ERROR_CODES = {
  CONFIG_INVALID: {
    status: 422,
    exitCode: 2,
    title: 'The configuration is not valid',
    todo: 'Correct the values named below; `moonwarden config schema` lists what is allowed.',
  },
  USAGE: {
    status: 400,
    exitCode: 2,
    title: 'The command was not understood',
    todo: 'Add --help to see what it takes.',
  },
  OPTIONS_INVALID: {
    status: 500,
    exitCode: 2,
    title: 'What the library was given is not valid',
    todo: 'Correct what is named; docs/library.md describes it.',
  },
  REQUEST_INVALID: {
    status: 400,
    exitCode: 2,
    title: 'The request is not valid',
    todo: 'Correct the fields named below; /docs describes each request.',
  },
  NOT_FOUND: {
    status: 404,
    exitCode: 4,
    title: 'There is no such thing here',
    todo: 'Check the address.',
  },
  TOKEN_UNKNOWN: {
    status: 404,
    exitCode: 4,
    title: 'This token is not known',
    todo: 'Add it with `moonwarden tokens import` or POST /api/tokens.',
  },
  MINT_INVALID: {
    status: 400,
    exitCode: 2,
    title: 'This is not the mint of a Solana token',
    todo: 'A mint is 32 bytes in base58, 32 to 44 characters long.',
  },
  JOB_UNKNOWN: {
    status: 404,
    exitCode: 4,
    title: 'This job is not known',
    todo: 'See `moonwarden jobs list` or GET /api/jobs for the jobs and their groups.',
  },
  JOB_STATE: {
    status: 409,
    exitCode: 4,
    title: 'The job is not in a state for this',
    todo: 'See `moonwarden jobs show NAME` for its state; a parked job runs again once it is unparked.',
  },
  RECOVERY_REFUSED: {
    status: 409,
    exitCode: 4,
    title: 'The recovery was not begun',
    todo: 'See `moonwarden recover` for the actions, what runs, and how many tries the hour has left.',
  },
  UNAUTHORIZED: {
    status: 401,
    exitCode: 5,
    title: 'A token is needed',
    todo: 'Create one with `moonwarden token create` and send it as `Authorization: Bearer ...`, or log in.',
  },
  FORBIDDEN: {
    status: 403,
    exitCode: 5,
    title: 'This is not allowed',
    todo: 'Use a token with the scope that is named below.',
  },
  LOCKED_OUT: {
    status: 429,
    exitCode: 5,
    title: 'Too many failed attempts',
    todo: 'Wait until the time in Retry-After, then try with the right token.',
  },
  RATE_LIMITED: {
    status: 429,
    exitCode: 5,
    title: 'Too many requests',
    todo: 'Wait until the time in Retry-After.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    exitCode: 2,
    title: 'The request is too large',
    todo: 'Send it in smaller parts.',
  },
  STARTING: {
    status: 503,
    exitCode: 6,
    title: 'The service is not ready yet',
    todo: 'Try again in a few seconds.',
  },
  PORT_TAKEN: {
    status: 500,
    exitCode: 3,
    title: 'The port is in use by another program',
    todo: 'Stop that program, or choose another port with --port.',
  },
  PORT_FORBIDDEN: {
    status: 500,
    exitCode: 3,
    title: 'This user may not listen on the port',
    todo: 'Choose a port of 1024 or above with --port, or allow this user to bind low ports.',
  },
  HOST_NEEDS_TOKEN: {
    status: 500,
    exitCode: 2,
    title: 'Without a token the service listens on loopback only',
    todo: 'Run `moonwarden token create` first, or leave out --host.',
  },
  DATA_FOLDER_UNUSABLE: {
    status: 500,
    exitCode: 3,
    title: 'The data folder cannot be used',
    todo: 'Make it writable for this user, or choose another one with --data.',
  },
  DATA_FOLDER_IN_USE: {
    status: 409,
    exitCode: 3,
    title: 'Another instance uses this data folder',
    todo: 'Stop that instance, or choose another folder with --data.',
  },
  DATABASE_NEWER: {
    status: 500,
    exitCode: 3,
    title: 'The database was written by a newer version',
    todo: 'Install that version or a later one.',
  },
  STORE_FULL: {
    status: 507,
    exitCode: 3,
    title: 'The disk is full',
    todo: 'Free space on the disk of the data folder; the service goes on by itself. Nothing acknowledged was lost.',
  },
  STORE_FAILED: {
    status: 503,
    exitCode: 3,
    title: 'The database did not take the change',
    todo: 'See the log for the cause; the service tries again by itself.',
  },
  BACKUP_FAILED: {
    status: 503,
    exitCode: 3,
    title: 'The database could not be backed up',
    todo: 'Look at the room on the disk of the backups and the rights of their folder. The older backups are kept.',
  },
  BACKUP_UNUSABLE: {
    status: 422,
    exitCode: 3,
    title: 'This backup cannot be used',
    todo: 'Take another one: `moonwarden db restore` lists them, `moonwarden db verify` looks through all of them.',
  },
  FILE_UNREADABLE: {
    status: 400,
    exitCode: 3,
    title: 'A file cannot be read',
    todo: 'Check its path and permissions.',
  },
  WORLD_INVALID: {
    status: 422,
    exitCode: 2,
    title: 'The world or its expectation is not valid',
    todo: 'Correct what is named; docs/worlds.md describes both files.',
  },
  FILE_UNWRITABLE: {
    status: 500,
    exitCode: 3,
    title: 'A file cannot be written',
    todo: 'Check its path, the permissions of its folder, and the space on the disk. A file that was there is unchanged.',
  },
  SERVICE_UNREACHABLE: {
    status: 502,
    exitCode: 6,
    title: 'No running service answers',
    todo: 'Start it with `moonwarden start`, or name its address with --url.',
  },
  SOURCE_UNAVAILABLE: {
    status: 503,
    exitCode: 6,
    title: 'A source of data cannot be reached',
    todo: 'Check the network; the service keeps trying by itself.',
  },
  INTERNAL: {
    status: 500,
    exitCode: 1,
    title: 'Something went wrong inside',
    todo: 'Look for the correlation id in the log, and report it.',
  },
} as const;

/** The name of an error in {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** One fault of an input, with where it is. `path` is dotted, as in `tokens.hot_interval`. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** An error that the product names and explains. `detail` is one sentence about this occurrence. */
export class MoonwardenError extends Error {
  override readonly name = 'MoonwardenError';
  readonly code: ErrorCode;
  readonly faults: readonly Fault[];

  constructor(
    code: ErrorCode,
    detail: string,
    options: { readonly faults?: readonly Fault[]; readonly cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.code = code;
    this.faults = options.faults ?? [];
  }
}

/** What was thrown, in one line, with the system's code where there is one and the innermost cause. */
export function describeError(error: unknown): string {
  return describeLink(error, new Set());
}

/** `above` holds the errors that this one is the cause of: causes may run in a circle. */
function describeLink(error: unknown, above: ReadonlySet<unknown>): string {
  if (!(error instanceof Error)) return textOf(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const text = error.message || error.name;
  const own =
    code !== undefined && !text.includes(code) && !(error instanceof MoonwardenError)
      ? `${text} (${code})`
      : text;
  const chain = new Set([...above, error]);
  const cause = error.cause === undefined || chain.has(error.cause) ? '' : describeLink(error.cause, chain);
  return cause === '' || own.includes(cause) ? own : `${own}: ${cause}`;
}

/** Anything can be thrown, also what has no text. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'something without a text';
  }
}
