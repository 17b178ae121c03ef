import type { ReleaseBody } from '../../contract/index.ts';
import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** Lets the moves go that wait because too many tokens would move at once. */
export const releaseHeld: Handler<unknown, unknown, ReleaseBody> = async ({ body, caller, services }) =>
  json(await services.settings.view.releaseHeld(caller?.name ?? 'nobody', body.reason));
