import type { RecoverBody } from '../../contract/index.ts';
import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** How the service heals itself. */
export const recovery: Handler = ({ services }) => json(services.settings.view.recovery());

/** Begins an action by hand; the answer is that it has begun. */
export const recover: Handler<unknown, unknown, RecoverBody> = async ({ services, body, caller }) =>
  json(await services.settings.view.recover(body.action, caller?.name ?? 'nobody'), 202);
