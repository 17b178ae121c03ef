import { endWithoutReader } from '../closed-output.ts';
import { MoonwardenError, describeError } from '../../kernel/index.ts';
import { dataFolder } from '../../client/index.ts';
import type { AddCommand } from '../program.ts';

interface StartFlags {
  readonly market: string;
  readonly host?: string;
  readonly port?: string;
  readonly data?: string;
  readonly config?: string;
}

export const addStartCommand: AddCommand = (program, finish) => {
  program
    .command('start')
    .description('run the service: the token pipeline, its page and its API')
    .option('--market <market>', 'live, sim[:SEED[:TOKENS]] or recorded:DIR', 'live')
    .option('--host <address>', 'address to listen on; anything but loopback needs an access token')
    .option('--port <port>', 'port of the page and the API; 0 takes a free one (default 8000)')
    .option('--data <folder>', 'folder of the database and the logs (default MOONWARDEN_DATA or ./data)')
    .option('--config <file>', 'configuration (default MOONWARDEN_CONFIG or config/monitoring.json)')
    .addHelpText(
      'after',
      `
Examples:
  moonwarden start                          score the live market, page on http://localhost:8000
  moonwarden start --market sim             a simulated market, no network needed
  moonwarden start --market recorded:DIR    answers recorded earlier
  moonwarden start --port 9000 --data /var/lib/moonwarden

It ends with exit code 75 when it is to be started anew by what supervises it (recovery.supervised).

SIGTERM and SIGINT stop it; SIGHUP reads the configuration again, as a change of its file does.`,
    )
    .action(async (flags: StartFlags) => {
      finish(await start(flags));
    });
};

async function start(flags: StartFlags): Promise<number> {
  const { EXIT_RESTART, openConfig, parseMarketChoice, run } = await import('../../app/index.ts');
  const http = {
    ...(flags.host === undefined ? {} : { host: flags.host }),
    ...(flags.port === undefined ? {} : { port: flags.port }),
  };
  const market = parseMarketChoice(flags.market);
  const choice = { file: flags.config, flags: { source: 'command line', values: { http } } };
  const folder = dataFolder(flags.data);
  const config = openConfig(choice, folder);
  // A reader that goes away (`| head`) is no reason to stop the service.
  for (const stream of [process.stdout, process.stderr]) {
    stream.off('error', endWithoutReader);
    stream.on('error', () => undefined);
  }

  const service = await run({
    config,
    market,
    dataFolder: folder,
    output: process.stdout,
  });
  // The login link is for the person at the terminal; where output is collected it would be a secret in a log.
  const lines = service.greeting(process.stderr.isTTY);
  process.stderr.write(`${lines.join('\n')}\n`);

  return new Promise((resolve) => {
    const end = (cause: string, exitCode: number): void => {
      void service.stop(cause).then(() => {
        resolve(exitCode);
      });
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        end(signal, 0);
      });
    }
    process.on('SIGHUP', () => {
      // A terminal that closes sends it too, and then nobody is left to stop the service.
      if (process.stdout.isTTY) end('the terminal was closed', 0);
      else void service.reload();
    });
    const crash = (error: unknown): void => {
      service.log.critical('An error escaped; the service stops so that it can be started anew.', {
        cause: describeError(error),
        stack: error instanceof Error && !(error instanceof MoonwardenError) ? error.stack : undefined,
      });
      end('an error escaped', 1);
    };
    service.onRestart((why) => {
      end(why, EXIT_RESTART);
    });
    service.guard(process, crash);
  });
}
