import { useSyncExternalStore } from 'react';

export type Route =
  | { readonly page: 'overview' }
  | { readonly page: 'health' }
  | { readonly page: 'configuration' }
  | { readonly page: 'flow' }
  | { readonly page: 'jobs' }
  | { readonly page: 'resources' }
  | { readonly page: 'token'; readonly mint: string }
  | { readonly page: 'unknown'; readonly path: string };

export function routeOf(path: string): Route {
  const parts = path.split('/').filter(Boolean);
  if (parts.length === 0) return { page: 'overview' };
  const [room, mint] = parts;
  if (parts.length === 1 && room === 'stability') return { page: 'health' };
  if (parts.length === 1 && room === 'configuration') return { page: 'configuration' };
  if (parts.length === 1 && room === 'flow') return { page: 'flow' };
  if (parts.length === 1 && room === 'jobs') return { page: 'jobs' };
  if (parts.length === 1 && room === 'resources') return { page: 'resources' };
  const decoded = parts.length === 2 && room === 'tokens' && mint ? decode(mint) : undefined;
  return decoded ? { page: 'token', mint: decoded } : { page: 'unknown', path };
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** Not `/health`, which is the API's. */
export const healthPath = '/stability';

export const configurationPath = '/configuration';

export const flowPath = '/flow';

export const jobsPath = '/jobs';

export const resourcesPath = '/resources';

export const tokenPath = (mint: string): string => `/tokens/${encodeURIComponent(mint)}`;

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

export function navigate(path: string): void {
  if (path !== window.location.pathname) window.history.pushState(null, '', path);
  for (const listener of listeners) listener();
  window.scrollTo(0, 0);
  focusHeading(document.activeElement, HEADING_WITHIN_FRAMES);
}

/** The heading may come with code or data that is still under way. */
const HEADING_WITHIN_FRAMES = 120;

/** A screen reader starts at the new page's heading, not where the old link was; unless its reader went on already. */
function focusHeading(from: Element | null, framesLeft: number): void {
  requestAnimationFrame(() => {
    const on = document.activeElement;
    if (on !== from && on !== document.body) return;
    const heading = document.querySelector<HTMLElement>('[data-page-heading]');
    if (heading) heading.focus();
    else if (framesLeft > 0) focusHeading(from, framesLeft - 1);
  });
}

export function useRoute(): Route {
  return routeOf(useSyncExternalStore(subscribe, () => window.location.pathname));
}

/** What the address says behind its question mark. */
export function useSearch(): URLSearchParams {
  return new URLSearchParams(useSyncExternalStore(subscribe, () => window.location.search));
}

/** Says something else there, so that the address shows what is looked at; null takes a name out. */
export function setSearch(changes: Readonly<Record<string, string | null>>): void {
  const search = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) search.delete(name);
    else search.set(name, value);
  }
  const text = search.toString();
  window.history.replaceState(null, '', window.location.pathname + (text === '' ? '' : `?${text}`));
  for (const listener of listeners) listener();
}
