import { ERROR_CODES, describeError } from '../kernel/index.ts';

/** As the shell counts what ended by SIGPIPE, which Node turns into an error of the stream. */
const EXIT_SIGPIPE = 128 + 13;

/**
 * Ends a command whose output nobody takes any more: quietly when the reader has left, as `head` does, else with one line. A
 * command that must outlive its reader takes it off `process.stdout` and `process.stderr`.
 */
export function endWithoutReader(error: Error): never {
  if ('code' in error && error.code === 'EPIPE') process.exit(EXIT_SIGPIPE);
  process.stderr.write(`moonwarden: The output cannot be written: ${describeError(error)}\n`);
  process.exit(ERROR_CODES.INTERNAL.exitCode);
}
