import { page } from '../answer.ts';
import type { Handler } from '../call.ts';
import { loginLinkPage } from '../pages/pages.ts';

/** Shows the button of a one-time link. It does not look at the link, so that fetching it tells and uses up nothing. */
export const showLoginLink: Handler = () => page(loginLinkPage());
