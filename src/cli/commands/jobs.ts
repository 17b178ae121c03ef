import type { Command } from 'commander';
import { jobActionResult, jobDetail, paths, schedulerReport } from '../../contract/index.ts';
import { createApiClient, type ServiceAddress } from '../../client/index.ts';
import { MoonwardenError } from '../../kernel/index.ts';
import { withAddress, type JsonFlag } from '../address.ts';
import type { AddCommand } from '../program.ts';
import { print, printJson, printTable, printText } from '../report.ts';
import {
  GROUP_COLUMNS,
  groupRows,
  groupTroubles,
  JOB_COLUMNS,
  jobRows,
  jobSentences,
  RUN_COLUMNS,
  runRows,
} from './jobs-text.ts';

type Flags = ServiceAddress & JsonFlag;

interface RestartFlags extends Flags {
  readonly group?: string;
  readonly all?: true;
  readonly emergency?: true;
  readonly why: string;
}

const WHY = ['--why <text>', 'why, for the journal'] as const;

export const addJobsCommands: AddCommand = (program) => {
  const jobs = program
    .command('jobs')
    .description('look at the jobs of the running service, and run, restart or park them');

  withAddress(jobs.command('list', { isDefault: true }).description('show how the groups and their jobs do'))
    .addHelpText(
      'after',
      `
Figures of a group are those of the last hour: LAG is how late runs started, BACKLOG how many starts wait.

Examples:
  moonwarden jobs
  moonwarden jobs list --json | jq '.groups[] | select(.status != "healthy")'`,
    )
    .action(async (flags: Flags) => {
      const report = await createApiClient(flags).call('GET', paths.scheduler, schedulerReport);
      if (flags.json) {
        printJson(report);
        return;
      }
      printText(report.sentence);
      if (report.groups.length === 0) return;
      print();
      printTable(GROUP_COLUMNS, groupRows(report), [2, 3, 4, 5, 6]);
      print();
      printTable(JOB_COLUMNS, jobRows(report), [5]);
      const troubles = groupTroubles(report);
      if (troubles.length > 0) print();
      for (const sentence of troubles) printText(sentence, '', '  ');
    });

  withAddress(jobs.command('show <name>').description('show one job with its last runs'))
    .option('--limit <n>', 'how many runs, at most 500', '10')
    .addHelpText('after', '\nTimes are in UTC.\n\nExample:\n  moonwarden jobs show hot --limit 50')
    .action(async (name: string, { limit, ...flags }: Flags & { readonly limit: string }) => {
      const path = `${of(paths.job, name)}?${new URLSearchParams({ limit }).toString()}`;
      const job = await createApiClient(flags).call('GET', path, jobDetail);
      if (flags.json) {
        printJson(job);
        return;
      }
      for (const sentence of jobSentences(job)) printText(sentence, '', '  ');
      if (job.runs.length === 0) return;
      print();
      printTable(RUN_COLUMNS, runRows(job), [1, 3, 4]);
    });

  addSteering(jobs);
};

function addSteering(jobs: Command): void {
  withAddress(jobs.command('run <name>').description('start a run beside the plan'))
    .option(...WHY)
    .addHelpText('after', '\nExample:\n  moonwarden jobs run profiles --why "the source is back"')
    .action(async (name: string, { why, ...flags }: Flags & { readonly why?: string }) => {
      await steer(flags, of(paths.jobRun, name), why === undefined ? {} : { why });
    });

  withAddress(jobs.command('restart [name]').description('restart a job, a group, or everything'))
    .option('--group <group>', 'every job of this group')
    .option('--all', 'every job')
    .option('--emergency', 'cut off what runs at once, instead of waiting up to 30 s for it')
    .requiredOption(...WHY)
    .addHelpText(
      'after',
      `
No run is lost: what was cut off starts anew, and what it had begun comes first.

Examples:
  moonwarden jobs restart hot --why "it reads nothing"
  moonwarden jobs restart --group discovery --why "new addresses"
  moonwarden jobs restart --all --emergency --why "nothing gets on"`,
    )
    .action(async (name: string | undefined, flags: RestartFlags) => {
      const { group, all, emergency, why, ...address } = flags;
      if ([name, group, all].filter((scope) => scope !== undefined).length !== 1)
        throw new MoonwardenError('USAGE', 'name one job, or one group with --group, or use --all');
      const body = { why, ...(emergency ? { emergency } : {}) };
      if (name !== undefined) await steer(address, of(paths.jobRestart, name), body);
      else await steer(address, paths.schedulerRestart, group === undefined ? body : { ...body, group });
    });

  withAddress(jobs.command('park <name>').description('let a job start no run until it is unparked'))
    .requiredOption(...WHY)
    .addHelpText('after', '\nExample:\n  moonwarden jobs park boosts --why "the endpoint is being changed"')
    .action(async (name: string, { why, ...flags }: Flags & { readonly why: string }) => {
      await steer(flags, of(paths.jobPark, name), { why });
    });

  withAddress(jobs.command('unpark <name>').description('let a parked job run again, and at once'))
    .requiredOption(...WHY)
    .addHelpText('after', '\nExample:\n  moonwarden jobs unpark boosts --why "the endpoint is back"')
    .action(async (name: string, { why, ...flags }: Flags & { readonly why: string }) => {
      await steer(flags, of(paths.jobUnpark, name), { why });
    });
}

const of = (path: string, name: string): string => path.replace(':name', encodeURIComponent(name));

async function steer(flags: Flags, path: string, body: unknown): Promise<void> {
  const result = await createApiClient(flags).call('POST', path, jobActionResult, body);
  if (flags.json) printJson(result);
  else printText(result.sentence);
}
