import type { ListQuery } from '../../contract/index.ts';
import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** Tokens in monitoring for too long, by whose fault. */
export const listStuck: Handler<unknown, ListQuery> = async ({ query, services }) =>
  json(await services.settings.view.stuck(query));
