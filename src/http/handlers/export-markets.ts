import type { ExportQuery } from '../../contract/index.ts';
import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** The best tokens with their pools, for bots. */
export const exportMarkets: Handler<unknown, ExportQuery> = async ({ query, services }) =>
  json(await services.settings.view.markets(query));
