import type { TokenQuery } from '../../contract/index.ts';
import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** The tokens that match, page by page. */
export const listTokens: Handler<unknown, TokenQuery> = async ({ query, services }) =>
  json(await services.settings.view.tokens(query));
