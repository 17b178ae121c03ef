import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** How the work on tokens gets on. */
export const work: Handler = ({ services }) => json(services.settings.view.work());

/** What would make the service faster or let it carry more. */
export const recommendations: Handler = ({ services }) => json(services.settings.view.recommendations());
