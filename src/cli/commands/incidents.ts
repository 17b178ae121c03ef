import { incidentDetail, incidentList, paths } from '../../contract/index.ts';
import { createApiClient, type ServiceAddress } from '../../client/index.ts';
import { withAddress, type JsonFlag } from '../address.ts';
import type { AddCommand } from '../program.ts';
import { print, printJson, printTable, printText, printable } from '../report.ts';
import { INCIDENT_COLUMNS, incidentLines, incidentRows } from './incident-text.ts';

export const addIncidentsCommand: AddCommand = (program) => {
  withAddress(
    program
      .command('incidents [id]')
      .description('show what went wrong in the last seven days, and what came of it'),
  )
    .option('--markdown', 'with an id: all of it as Markdown, to tell others')
    .addHelpText(
      'after',
      `
With an id: what happened when. Times are in UTC.

Examples:
  moonwarden incidents
  moonwarden incidents i1042
  moonwarden incidents i1042 --markdown > incident.md
  moonwarden incidents --json | jq '.items[] | select(.state == "open")'`,
    )
    .action(
      async (id: string | undefined, flags: ServiceAddress & JsonFlag & { readonly markdown?: boolean }) => {
        const client = createApiClient(flags);
        if (id === undefined) {
          const list = await client.call('GET', `${paths.incidents}?limit=200`, incidentList);
          if (flags.json) printJson(list);
          else if (list.items.length === 0) print('Nothing went wrong in the last seven days.');
          else printTable(INCIDENT_COLUMNS, incidentRows(list.items));
          return;
        }
        const path = paths.incident.replace(':id', encodeURIComponent(id));
        const incident = await client.call('GET', path, incidentDetail);
        if (flags.json) printJson(incident);
        else if (flags.markdown === true)
          for (const line of incident.postMortem.split('\n')) print(printable(line));
        else for (const line of incidentLines(incident)) printText(line, '', '  ');
      },
    );
};
