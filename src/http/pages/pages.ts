import { paths } from '../../contract/index.ts';
import { escapeHtml, smallPage, type SmallPage } from './small-page.ts';

/** What the login page shows. */
export interface LoginPageContent {
  /** The path to come back to. */
  readonly next: string;
  /** Why the last try failed. */
  readonly fault?: string | undefined;
  /**
   * Whether the browser came from a link on another site. It then holds back the session cookie, although it may have
   * one; a reload from this page sends it.
   */
  readonly cameFromElsewhere?: boolean;
}

/** Asks for a token. Works without script. */
export function loginPage({ next, fault, cameFromElsewhere = false }: LoginPageContent): SmallPage {
  const alert = fault === undefined ? '' : `<p role="alert">${escapeHtml(fault)}</p>`;
  return smallPage(
    'Log in to Moonwarden',
    `${alert}
<form method="post" action="${paths.login}">
<input type="hidden" name="next" value="${escapeHtml(next)}">
<input name="user" value="moonwarden" autocomplete="username" hidden>
<label for="token">Access token</label>
<input id="token" name="token" type="password" required maxlength="200" autocomplete="current-password" spellcheck="false" autofocus>
<button>Log in</button>
</form>
<p class="after">Create a token on the server with <code>moonwarden token create</code>.</p>
<p>Logged in already? <a href="${escapeHtml(next)}">Try again</a></p>`,
    cameFromElsewhere ? '<meta http-equiv="refresh" content="0">\n' : '',
  );
}

/** What a one-time link shows. Only the button uses the link up: whatever fetches links ahead presses none. */
export function loginLinkPage(): SmallPage {
  return smallPage(
    'Log in to Moonwarden',
    `<p>This link logs this browser in. It works once.</p>
<form method="post"><button autofocus>Log in</button></form>`,
  );
}

/** A one-time link that does not work. */
export function deadLinkPage(fault: string): SmallPage {
  return smallPage(
    'Log in to Moonwarden',
    `<p role="alert">${escapeHtml(fault)}</p>
<p>Make a new link where the service runs, or <a href="/">log in with a token</a>.</p>`,
  );
}

/** Stands in for the dashboard as long as nobody has built it. */
export function notBuiltPage(): SmallPage {
  return smallPage(
    'The dashboard is not built',
    `<p>The service runs, and its API answers. The page itself is missing.</p>
<p>Build it with <code>npm run build</code> in the project folder, then reload.</p>
<p><a href="${paths.docs}">Read the API</a></p>`,
  );
}
