import type { JournalQuery } from '../../contract/index.ts';
import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** What happened, newest first. */
export const journal: Handler<unknown, JournalQuery> = async ({ query, services }) =>
  json(await services.settings.view.journal(query));
