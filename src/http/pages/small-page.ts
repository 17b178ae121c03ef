import { createHash } from 'node:crypto';
import { smallPageHeaders } from '../headers.ts';

/** A page that needs no other file. */
export interface SmallPage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

const style = `
:root { color-scheme: light dark; --ink: #1b1e27; --soft: #5b6275; --paper: #f3f4f8; --card: #fff; --line: #d8dbe5; --go: #3b5bdb; --bad: #c92a2a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e9ebf2; --soft: #9aa1b5; --paper: #12141b; --card: #1b1e28; --line: #343949; --go: #5c7cfa; --bad: #ff8787; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 26rem; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
h1 { margin: 0 0 .5rem; font-size: 1.35rem; }
p { margin: 0 0 1rem; color: var(--soft); }
p[role=alert] { color: var(--bad); }
label { display: block; margin-bottom: .25rem; font-weight: 600; }
input { width: 100%; padding: .6rem .75rem; margin-bottom: 1rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 8px; }
button { width: 100%; padding: .65rem; font: inherit; font-weight: 600; color: #fff; background: var(--go); border: 0; border-radius: 8px; cursor: pointer; }
input:focus-visible, button:focus-visible { outline: 3px solid var(--go); outline-offset: 2px; }
p:last-child { margin: 0; }
.after { margin-top: 1.25rem; }
a { color: var(--go); }
code { font-size: .9em; overflow-wrap: anywhere; }
`;

const headers = smallPageHeaders(`sha256-${createHash('sha256').update(style).digest('base64')}`);

/** Text as HTML, also inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** `body` and `head` are HTML, `title` is text. */
export function smallPage(title: string, body: string, head = ''): SmallPage {
  return {
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
${head}</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`,
    headers,
  };
}
