import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** How each component is, and why. */
export const detailed: Handler = ({ services }) => json(services.settings.view.detailed());
