import { z } from 'zod';
import { MoonwardenError, systemClock } from '../../kernel/index.ts';
import {
  accessTokenCreated,
  accessTokenList,
  paths,
  scope,
  type AccessTokenInfo,
  type Scope,
} from '../../contract/index.ts';
import { dataFolder, type ServiceAddress } from '../../client/index.ts';
import { withAddress, type JsonFlag } from '../address.ts';
import type { AddCommand } from '../program.ts';
import { runningService } from '../running.ts';
import { ago, print, printJson, printTable, printable } from '../report.ts';

type Flags = ServiceAddress & JsonFlag;

export const addTokenCommands: AddCommand = (program) => {
  const token = program.command('token').description('access tokens for the API and the page');

  withAddress(token.command('create <name>').description('make a token and print its secret once'))
    .option('--scope <scope>', 'read, operate or admin', 'read')
    .addHelpText(
      'after',
      '\nExamples:\n  moonwarden token create phone\n  moonwarden token create deploy --scope operate',
    )
    .action(async (name: string, flags: Flags & { readonly scope: string }) => {
      const draft = { name, scope: parseScope(flags.scope) };
      const client = await runningService(flags);
      const created = client
        ? await client.call('POST', paths.adminTokens, accessTokenCreated, draft)
        : await (await offline()).createStoredToken(dataFolder(flags.data), draft);
      if (flags.json) {
        printJson(created);
        return;
      }
      print(created.secret);
      process.stderr.write(
        `This is the only time that the secret of "${name}" is shown. Send it as "Authorization: Bearer ...".\n`,
      );
    });

  withAddress(token.command('list').description('list tokens; secrets are not stored'))
    .addHelpText('after', '\nExample:\n  moonwarden token list')
    .action(async (flags: Flags) => {
      const client = await runningService(flags);
      const items: readonly AccessTokenInfo[] = client
        ? (await client.call('GET', paths.adminTokens, accessTokenList)).items
        : await (
            await offline()
          ).withStoredTokens(dataFolder(flags.data), (tokens) =>
            tokens.list().map(({ hash: _hash, ...info }) => info),
          );
      if (flags.json) {
        printJson({ items });
        return;
      }
      if (items.length === 0) {
        print('No access token yet. `moonwarden token create NAME` makes one.');
        return;
      }
      const now = systemClock.now();
      printTable(
        ['ID', 'NAME', 'SCOPE', 'CREATED', 'LAST USED'],
        items.map((item) => [
          item.id,
          printable(item.name),
          item.scope,
          ago(item.createdAt, now),
          ago(item.lastUsedAt, now),
        ]),
      );
    });

  withAddress(token.command('revoke <id>').description('end a token and every session that it opened'))
    .addHelpText('after', '\nExample:\n  moonwarden token revoke V1StGXR8')
    .action(async (id: string, flags: Flags) => {
      const client = await runningService(flags);
      if (client) await client.call('DELETE', `${paths.adminTokens}/${encodeURIComponent(id)}`, z.unknown());
      else {
        const { withStoredTokens } = await offline();
        if (!(await withStoredTokens(dataFolder(flags.data), (tokens) => tokens.revoke(id))))
          throw new MoonwardenError('NOT_FOUND', `there is no access token with the id ${id}`);
      }
      if (flags.json) printJson({ revoked: id });
      else print(`Revoked ${id}.`);
    });
};

/** What works on the data folder itself; the whole service comes with it. */
const offline = () => import('../../app/index.ts');

function parseScope(text: string): Scope {
  const parsed = scope.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new MoonwardenError('USAGE', `--scope takes read, operate or admin, not ${JSON.stringify(text)}`);
}
