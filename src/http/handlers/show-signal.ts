import type { SignalQuery } from '../../contract/index.ts';
import { MoonwardenError } from '../../kernel/index.ts';
import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** The history of one signal. */
export const showSignal: Handler<{ name: string }, SignalQuery> = async ({ params, query, services }) => {
  const history = await services.settings.view.signal(params.name, query);
  if (history === undefined)
    throw new MoonwardenError(
      'NOT_FOUND',
      'No signal of this name is recorded; GET /api/signals lists them.',
    );
  return json(history);
};
