import type { TokenImport } from '../../contract/index.ts';
import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** Adds mints to watch. */
export const importTokens: Handler<unknown, unknown, TokenImport> = async ({ body, caller, services }) =>
  json(await services.settings.view.importTokens(body.mints, caller?.name ?? 'nobody'));
