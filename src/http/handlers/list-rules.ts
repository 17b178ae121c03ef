import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** The rules by which the service judges itself, and how each of them stands. */
export const listRules: Handler = async ({ services }) => json(await services.settings.view.rules());
