import type { ListQuery } from '../../contract/index.ts';
import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** Tokens whose last check failed. */
export const listFailed: Handler<unknown, ListQuery> = async ({ query, services }) =>
  json(await services.settings.view.failed(query));
