import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { MoonwardenError, systemClock } from '../../kernel/index.ts';
import { backupResult, paths } from '../../contract/index.ts';
import { dataFolder, type ServiceAddress } from '../../client/index.ts';
import { withAddress, type JsonFlag } from '../address.ts';
import type { AddCommand } from '../program.ts';
import { ago, print, printJson, printTable, printText } from '../report.ts';
import { runningService } from '../running.ts';
import { ROW_COLUMNS, madeSentences, rowRows, verifiedSentences } from './db-text.ts';
import { amount } from './resource-text.ts';

interface Where extends JsonFlag {
  readonly data?: string;
  readonly config?: string;
}

/** A large database takes its time. */
const BACKUP_LIMIT_MS = 3_600_000;

export const addDbCommands: AddCommand = (program) => {
  const db = program
    .command('db')
    .description('back up the database, look through backups, and put one in its place');
  addBackup(db);
  addVerify(db);
  addRestore(db);
};

/** What works on the data folder itself; the whole service comes with it. */
const offline = () => import('../../app/index.ts');
const withConfig = (command: Command): Command =>
  command.option(
    '--config <file>',
    'configuration, for the folder of the backups (default MOONWARDEN_CONFIG or config/monitoring.json)',
  );
const withData = (command: Command): Command =>
  withConfig(command)
    .option('--data <folder>', 'data folder of the service (default MOONWARDEN_DATA or ./data)')
    .option('--json', 'print JSON for machines');
const choiceOf = ({ data, config }: Where) => ({ dataFolder: dataFolder(data), config });

function addBackup(db: Command): void {
  withConfig(
    withAddress(
      db.command('backup').description('back up the database now, whether the service runs or not'),
    ),
  )
    .option('--to <file>', 'copy the backup to this file or folder, too; nothing is overwritten')
    .addHelpText(
      'after',
      `
The backup is looked through before it counts. It is one of those that are kept (backup.keep).

Examples:
  moonwarden db backup
  moonwarden db backup --to /mnt/safe/`,
    )
    .action(async (flags: ServiceAddress & Where & { readonly to?: string }) => {
      const client = await runningService(flags);
      const made = client
        ? await client.call('POST', paths.adminBackup, backupResult, undefined, BACKUP_LIMIT_MS)
        : await (await offline()).backupOffline(choiceOf(flags));
      const copy = flags.to === undefined ? null : (await offline()).copyBackup(made.path, flags.to);
      if (flags.json) printJson({ ...made, copy });
      else for (const sentence of madeSentences(made, copy)) printText(sentence, '', '  ');
    });
}

function addVerify(db: Command): void {
  withData(
    db
      .command('verify [file]')
      .description(
        'say what is in a backup or a database file, and whether it is whole; without one: of all backups',
      ),
  )
    .addHelpText(
      'after',
      `
FILE is a path, or the name of a backup. Nothing is changed. It ends with an error when one cannot be used.

Examples:
  moonwarden db verify
  moonwarden db verify /mnt/safe/moonwarden-2026-01-02T03-04-05-006Z.db`,
    )
    .action(async (file: string | undefined, flags: Where) => {
      const { backupsOf, verifyFile } = await offline();
      const choice = choiceOf(flags);
      const names = file === undefined ? (await backupsOf(choice)).map(({ path }) => path) : [file];
      const files = [];
      for (const name of names) files.push(await verifyFile(choice, name));
      const now = systemClock.now();
      if (flags.json) printJson({ files });
      else if (files.length === 0) print('There is no backup yet. `moonwarden db backup` makes one.');
      else
        for (const one of files) {
          for (const sentence of verifiedSentences(one, now)) printText(sentence, '', '  ');
          if (file !== undefined && one.faults.length === 0) printTable(ROW_COLUMNS, rowRows(one), [1]);
        }
      const bad = files.filter(({ faults }) => faults.length > 0);
      if (bad.length > 0)
        throw new MoonwardenError('BACKUP_UNUSABLE', bad.map(({ path }) => path).join(', '), {
          faults: bad.map(({ path, faults }) => ({ path, message: faults.join('; ') })),
        });
    });
}

function addRestore(db: Command): void {
  withData(
    db
      .command('restore [file]')
      .description('put a backup in the place of the database, while the service does not run'),
  )
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
Without FILE (a path, or the name of a backup) it lists the backups. The backup is looked through first. The
database of now is set aside in a folder of its own, and can be restored from there in the same way.

Examples:
  moonwarden db restore
  moonwarden db restore moonwarden-2026-01-02T03-04-05-006Z.db
  moonwarden db restore /mnt/safe/copy.db --yes`,
    )
    .action(async (file: string | undefined, flags: Where & { readonly yes?: true }) => {
      const { backupsOf, restoreFile, verifyFile } = await offline();
      const choice = choiceOf(flags);
      const now = systemClock.now();
      if (file === undefined) {
        const backups = await backupsOf(choice);
        if (flags.json) printJson({ backups });
        else if (backups.length === 0) print('There is no backup yet. `moonwarden db backup` makes one.');
        else {
          printTable(
            ['BACKUP', 'MADE', 'SIZE'],
            backups.map(({ name, at, bytes }) => [name, ago(at, now), amount(bytes, 'bytes')]),
            [2],
          );
          print();
          print('With the service stopped, `moonwarden db restore BACKUP` puts one in place.');
        }
        return;
      }
      const verified = await verifyFile(choice, file);
      if (verified.faults.length > 0)
        throw new MoonwardenError('BACKUP_UNUSABLE', `${verified.path}: ${verified.faults.join('; ')}`);
      if (!flags.json) for (const sentence of verifiedSentences(verified, now)) printText(sentence, '', '  ');
      if (!flags.yes && !(await isMeant(choice.dataFolder))) {
        print('Nothing was changed.');
        return;
      }
      const { setAside } = await restoreFile(choice, verified);
      if (flags.json) {
        printJson({ restored: verified.path, setAside });
        return;
      }
      print('It is in place now. `moonwarden start` goes on from it.');
      if (setAside !== null)
        printText(
          `The database of before is in ${setAside}; \`moonwarden db restore ${setAside}/moonwarden.db\` takes it back.`,
          '',
          '  ',
        );
    });
}

/** Asks the person at the terminal. @throws MoonwardenError USAGE when nobody is there. */
async function isMeant(folder: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new MoonwardenError('USAGE', 'nobody is there to be asked; --yes restores without asking');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`Put it in the place of the database in ${folder}? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
