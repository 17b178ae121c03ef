import { Command, CommanderError } from 'commander';
import { VERSION } from '../client/index.ts';
import { addConfigCommands } from './commands/config.ts';
import { addDatabaseCommand } from './commands/database.ts';
import { addDbCommands } from './commands/db.ts';
import { addDependenciesCommand } from './commands/dependencies.ts';
import { addDexCommands } from './commands/dex.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addHealthCommand } from './commands/health.ts';
import { addIncidentsCommand } from './commands/incidents.ts';
import { addJobsCommands } from './commands/jobs.ts';
import { addPerformanceCommand } from './commands/performance.ts';
import { addRecoverCommand } from './commands/recover.ts';
import { addResourcesCommand } from './commands/resources.ts';
import { addRulesCommand } from './commands/rules.ts';
import { addSimulateCommand } from './commands/simulate.ts';
import { addSignalsCommands } from './commands/signals.ts';
import { addStartCommand } from './commands/start.ts';
import { addStatusCommand } from './commands/status.ts';
import { addTokenCommands } from './commands/token.ts';
import { addTokensCommands } from './commands/tokens.ts';
import { MoonwardenError } from '../kernel/index.ts';
import { EXIT_USAGE, reportError, reportErrorJson } from './report.ts';

/** Adds a command; it returns its exit code through `finish`. */
export type AddCommand = (program: Command, finish: (exitCode: number) => void) => void;

const COMMANDS: readonly AddCommand[] = [
  addStartCommand,
  addStatusCommand,
  addHealthCommand,
  addIncidentsCommand,
  addDependenciesCommand,
  addResourcesCommand,
  addPerformanceCommand,
  addDatabaseCommand,
  addDbCommands,
  addSignalsCommands,
  addRulesCommand,
  addRecoverCommand,
  addJobsCommands,
  addTokensCommands,
  addDexCommands,
  addConfigCommands,
  addTokenCommands,
  addDoctorCommand,
  addSimulateCommand,
];

/** Runs one command line. Resolves with the exit code; errors are one line on standard error, or JSON with --json. */
export async function main(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  // What comes after `--` is no option.
  const end = args.indexOf('--');
  const asJson = args.slice(0, end === -1 ? undefined : end).includes('--json');
  const program = new Command('moonwarden')
    .description(
      'Keeps a token pipeline alive: watches it, judges what it sees, heals what it can, and explains itself.',
    )
    .version(VERSION)
    .showHelpAfterError('(add --help to see what it takes)')
    .exitOverride()
    .configureOutput({
      writeErr: (text) => {
        if (!asJson) process.stderr.write(text.replace(/^error: /, 'moonwarden: '));
      },
    });
  for (const add of COMMANDS) {
    add(program, (code) => {
      exitCode = code;
    });
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has printed its own; help and version are no errors.
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      if (asJson) reportErrorJson(new MoonwardenError('USAGE', error.message.replace(/^error: /, '')));
      return EXIT_USAGE;
    }
    return asJson ? reportErrorJson(error) : reportError(error);
  }
}
