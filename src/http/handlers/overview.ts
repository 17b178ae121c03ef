import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** What the first page shows. */
export const overview: Handler = ({ services }) => json(services.settings.view.overview());
