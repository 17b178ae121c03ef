import type { SmallPage } from './pages/small-page.ts';

type Headers = Readonly<Record<string, string>>;

/** What a handler answers, as plain data. */
export type Answer =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown; readonly headers: Headers }
  | { readonly kind: 'html'; readonly status: number; readonly html: string; readonly headers: Headers }
  | {
      readonly kind: 'text';
      readonly status: number;
      readonly text: string;
      readonly type: string;
      readonly headers: Headers;
    }
  | { readonly kind: 'empty'; readonly status: number; readonly headers: Headers }
  | { readonly kind: 'redirect'; readonly to: string; readonly headers: Headers }
  /** A file of the dashboard; `forever` when its name changes with its content. */
  | { readonly kind: 'file'; readonly path: string; readonly forever: boolean; readonly headers: Headers }
  /** The handler writes the socket itself. */
  | { readonly kind: 'taken' };

/** JSON, checked against the schema of the route. */
export function json(body: unknown, status = 200, headers: Headers = {}): Answer {
  return { kind: 'json', status, body, headers };
}

export function page({ html, headers }: SmallPage, status = 200): Answer {
  return { kind: 'html', status, html, headers };
}

/** Plain text of some content type. */
export function text(body: string, type: string): Answer {
  return { kind: 'text', status: 200, text: body, type, headers: {} };
}

export function empty(headers: Headers = {}): Answer {
  return { kind: 'empty', status: 204, headers };
}

/** Leads the browser to another page with GET. */
export function seeOther(to: string, headers: Headers = {}): Answer {
  return { kind: 'redirect', to, headers };
}
