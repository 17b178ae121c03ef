import { accessSync, constants, readFileSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';

const NEEDS = new URL('../../node_modules/.cache/moonwarden-test-needs.json', import.meta.url);
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// As text: it runs in the page, whose globals are not ours.
const WATCH_POLICY =
  "addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))";

/** Where a Chromium is: named by CHROME_PATH, found when the tests were set up, or where Debian puts it. */
function findChromium(): string | undefined {
  return [process.env['CHROME_PATH'], foundBySetUp(), '/usr/bin/chromium'].find(isProgram);
}

function foundBySetUp(): string | undefined {
  try {
    const needs = JSON.parse(readFileSync(NEEDS, 'utf8')) as { chromium?: { found?: string | null } };
    return needs.chromium?.found ?? undefined;
  } catch {
    return undefined;
  }
}

function isProgram(path: string | undefined): boolean {
  if (!path) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function launch(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) {
    throw new Error('No Chromium: apt-get install -y --no-install-recommends chromium, or set CHROME_PATH.');
  }
  return chromium.launch({ executablePath, args: ARGS });
}

/** Without a browser the tests are left out, and say so; where everything must be tested they fail. */
export function withoutBrowser(): boolean {
  if (findChromium() !== undefined || process.env['CI'] === 'true') return false;
  console.warn(
    'No Chromium was found, so the browser tests are left out. To run them: apt-get install chromium',
  );
  return true;
}

export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Everything that must not happen: console errors, broken policy, exceptions, requests to elsewhere. */
  readonly faults: string[];
}

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
}

/** A fresh visitor. `expected` are console errors that a test provokes, such as failed requests. */
export async function visit(
  browser: Browser,
  origin: string,
  look: Look = {},
  expected?: RegExp,
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: look.width ?? 1440, height: look.height ?? 900 },
    colorScheme: look.scheme ?? 'light',
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected?.test(message.text())) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith('data:')) faults.push(`request to ${url}`);
  });
  await page.addInitScript(WATCH_POLICY);
  return { context, page, faults };
}

/** One attribute of every element, in order. */
export async function attributes(locator: Locator, name: string): Promise<string[]> {
  const values = await Promise.all((await locator.all()).map((each) => each.getAttribute(name)));
  return values.map((value) => value ?? '');
}
