import type { Command } from 'commander';

export interface JsonFlag {
  readonly json?: boolean;
}

/** Adds the options of every command that talks to a running service. */
export function withAddress(command: Command): Command {
  return command
    .option(
      '--url <url>',
      'address of the service (default: MOONWARDEN_URL, the one that runs on the data folder, or http://localhost:8000)',
    )
    .option('--token <token>', 'access token (default MOONWARDEN_TOKEN); not needed on the same machine')
    .option('--data <folder>', 'data folder of the service (default MOONWARDEN_DATA or ./data)')
    .option('--json', 'print JSON for machines');
}
