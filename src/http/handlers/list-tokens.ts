import type { TokenQuery } from '../../contract/index.ts';
import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** The tokens that match, page by page. */
export const listTokens: Handler<unknown, TokenQuery> = ({ query, services }) =>
  json(services.settings.view.tokens(query));
