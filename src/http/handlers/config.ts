import type { ConfigBody } from '../../contract/index.ts';
import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** Every setting with its value, where it comes from, and what acts now. */
export const showConfig: Handler = ({ services }) => json(services.settings.config.report());

/** Sets and reverts settings at run time. */
export const changeConfig: Handler<unknown, unknown, ConfigBody> = async ({ services, body, caller }) =>
  json(await services.settings.config.change(body, caller?.name ?? 'nobody'));
