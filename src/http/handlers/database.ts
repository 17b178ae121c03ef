import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** What is known of the database. */
export const database: Handler = ({ services }) => json(services.settings.view.database());

/** Backs up the database; answers when that is done. */
export const backup: Handler = async ({ services, caller }) =>
  json(await services.settings.view.backup(caller?.name ?? 'nobody'), 201);
