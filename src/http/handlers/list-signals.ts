import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** What is measured, and how much of its history is stored. */
export const listSignals: Handler = async ({ services }) => json(await services.settings.view.signals());
