import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** What is known of this process and its machine. */
export const resources: Handler = ({ services }) => json(services.settings.view.resources());
