import { readFileSync } from 'node:fs';
import { MoonwardenError, describeError, systemClock } from '../../kernel/index.ts';
import {
  paths,
  tokenDetail,
  tokenImportResult,
  tokenPage,
  type TokenDetail,
  type TokenSummary,
} from '../../contract/index.ts';
import { createApiClient, type ServiceAddress } from '../../client/index.ts';
import { withAddress, type JsonFlag } from '../address.ts';
import type { AddCommand } from '../program.ts';
import { addInsightCommands } from './insight.ts';
import { ago, print, printJson, printTable, printable } from '../report.ts';

interface ListFlags extends ServiceAddress, JsonFlag {
  readonly status?: string;
  readonly search?: string;
  readonly sort: string;
  readonly limit: string;
}

export const addTokensCommands: AddCommand = (program, finish) => {
  const tokens = program
    .command('tokens')
    .description('look at the tokens of the running service, and add some');

  withAddress(tokens.command('list').description('list tokens, best score first'))
    .option('--status <status>', 'monitoring, active, archived, or several with commas')
    .option('--search <text>', 'part of symbol, name or mint')
    .option(
      '--sort <key>',
      'score, liquidity, discovered, refreshed or symbol; with - before it descending',
      '-score',
    )
    .option('--limit <n>', 'how many, at most 500', '20')
    .addHelpText(
      'after',
      '\nExamples:\n  moonwarden tokens list --status active\n  moonwarden tokens list --search bonk --json',
    )
    .action(async (flags: ListFlags) => {
      const query = new URLSearchParams({ sort: flags.sort, limit: flags.limit });
      if (flags.status !== undefined) query.set('status', flags.status);
      if (flags.search !== undefined) query.set('q', flags.search);
      const page = await createApiClient(flags).call('GET', `${paths.tokens}?${query.toString()}`, tokenPage);
      if (flags.json) {
        printJson(page);
        return;
      }
      if (page.items.length === 0) {
        print('No token matches. `moonwarden tokens import FILE` adds some.');
        return;
      }
      const now = systemClock.now();
      printTable(
        ['MINT', 'SYMBOL', 'STATUS', 'GROUP', 'SCORE', 'LIQUIDITY USD', 'REFRESHED'],
        page.items.map((token) => rowOf(token, now)),
        [4, 5],
      );
      if (page.total > page.items.length) print(`${page.items.length} of ${page.total}`);
    });

  withAddress(tokens.command('show <mint>').description('show one token with its activation check'))
    .addHelpText('after', '\nExample:\n  moonwarden tokens show DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263')
    .action(async (mint: string, flags: ServiceAddress & JsonFlag) => {
      const path = paths.token.replace(':mint', encodeURIComponent(mint));
      const token = await createApiClient(flags).call('GET', path, tokenDetail);
      if (flags.json) printJson(token);
      else show(token, systemClock.now());
    });

  withAddress(tokens.command('import [file]').description('watch the mints of a file, or of standard input'))
    .addHelpText(
      'after',
      '\nThe file has one mint a line, or is JSON: a list of mints or of objects with "mint".\n\nExamples:\n  moonwarden tokens import mints.txt\n  echo DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263 | moonwarden tokens import',
    )
    .action(async (file: string | undefined, flags: ServiceAddress & JsonFlag) => {
      finish(await importTokens(file, flags));
    });

  addInsightCommands(tokens);
};

/** As many as one request takes. */
const IMPORT_CHUNK = 10_000;

async function importTokens(file: string | undefined, flags: ServiceAddress & JsonFlag): Promise<number> {
  const { parseMintList } = await import('../../app/index.ts');
  const mints = parseMintList(readInput(file));
  const client = createApiClient(flags);
  let added = 0;
  let duplicates = 0;
  const rejected: { input: string; reason: string }[] = [];
  for (let start = 0; start < mints.length; start += IMPORT_CHUNK) {
    // What is longer than any mint is rejected here, so that it cannot spoil the request.
    const chunk = mints.slice(start, start + IMPORT_CHUNK);
    const tooLong = chunk.filter((mint) => mint.length > 200);
    rejected.push(
      ...tooLong.map((input) => ({ input: `${input.slice(0, 60)}...`, reason: 'far too long for a mint' })),
    );
    const body = { mints: chunk.filter((mint) => mint.length <= 200) };
    if (body.mints.length === 0) continue;
    const result = await client.call('POST', paths.tokens, tokenImportResult, body);
    added += result.added.length;
    duplicates += result.duplicates;
    rejected.push(...result.rejected);
  }
  if (flags.json) printJson({ added, duplicates, rejected });
  else {
    print(`${added} added, ${duplicates} known already, ${rejected.length} rejected`);
    for (const { input, reason } of rejected) print(`  ${printable(input)}: ${reason}`);
  }
  return rejected.length > 0 && added + duplicates === 0 ? 2 : 0;
}

function readInput(file: string | undefined): string {
  try {
    return readFileSync(file === undefined || file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new MoonwardenError(
      'FILE_UNREADABLE',
      `cannot read ${file ?? 'standard input'}: ${describeError(error)}`,
    );
  }
}

function rowOf(token: TokenSummary, now: number): readonly string[] {
  return [
    token.mint,
    (token.symbol ?? '-').slice(0, 16),
    token.status,
    token.group,
    score(token.smoothedScore),
    token.liquidityUsd === null ? '-' : Math.round(token.liquidityUsd).toLocaleString('en-US'),
    ago(token.refreshedAt, now),
  ];
}

const score = (value: number | null): string => (value === null ? '-' : value.toFixed(4));

function show(token: TokenDetail, now: number): void {
  print(`${printable(token.symbol ?? '(no symbol)')}  ${printable(token.name ?? '')}`);
  print(`  ${token.mint}`);
  print(
    `  ${token.status} for ${ago(token.statusSince, now).replace(' ago', '')}, ${token.group}; discovered by ${token.discoveredBy} ${ago(token.discoveredAt, now)}`,
  );
  print(`  ${printable(token.explanation)}`);
  print(
    `  score ${score(token.score)}, smoothed ${score(token.smoothedScore)}; refreshed ${ago(token.refreshedAt, now)}`,
  );
  if (token.components) {
    const { txAcceleration, volumeMomentum, freshness, orderFlow } = token.components;
    print(
      `    transaction acceleration ${txAcceleration.toFixed(4)}, volume momentum ${volumeMomentum.toFixed(4)}, freshness ${freshness.toFixed(4)}, order flow ${orderFlow.toFixed(4)}`,
    );
  }
  if (!token.check) return;
  print(`  activation check, ${ago(token.check.at, now)}:`);
  for (const { name, passed, value, limit, reason } of token.check.steps) {
    print(
      `    ${passed ? 'ok  ' : 'FAIL'} ${name}: ${value ?? '-'} (limit ${limit ?? '-'}). ${printable(reason)}`,
    );
  }
  for (const pool of token.check.pools) {
    print(
      `      ${pool.counts === 'no' ? 'not counted' : pool.counts} ${printable(pool.dex)} ${pool.pairAddress}: ${printable(pool.reason)}`,
    );
  }
}
