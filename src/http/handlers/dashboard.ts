import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MoonwardenError, createId } from '../../kernel/index.ts';
import { page, type Answer } from '../answer.ts';
import type { Handler } from '../call.ts';
import { dashboardCsp } from '../headers.ts';
import { notBuiltPage } from '../pages/pages.ts';

/** Where `index.html` wants the nonce that its style elements need, if it knows of it. */
const NONCE_PLACE = '__MOONWARDEN_NONCE__';
const reserved = new Set(['api', 'admin', 'health', 'docs', 'login', 'logout', 'metrics']);
const hashedName = /[-.][\w-]{8,}\.\w+$/;

/** What a path of the page means: a file, the page itself, or nothing that is here. Pure. */
export function judgePagePath(path: string): 'file' | 'page' | 'nothing' {
  const segments = path.split('/');
  const isOdd = segments.some((segment) => segment.startsWith('.')) || /[\0\\]/.test(path);
  if (isOdd || reserved.has(segments[0] ?? '')) return 'nothing';
  return (segments.at(-1) ?? '').includes('.') && path !== 'index.html' ? 'file' : 'page';
}

/** The built web page. A path without an extension is one of the page's own, so that it can be reloaded. */
export const dashboard: Handler<{ '*'?: string | undefined }> = async ({
  params,
  services,
}): Promise<Answer> => {
  const { dashboardDir, entropy } = services.settings;
  const path = params['*'] ?? '';
  switch (judgePagePath(path)) {
    case 'nothing':
      throw new MoonwardenError('NOT_FOUND', 'There is nothing at this address.');
    case 'file':
      return {
        kind: 'file',
        path,
        forever: path.startsWith('assets/') && hashedName.test(path),
        headers: {},
      };
    case 'page': {
      const html = await readFile(join(dashboardDir, 'index.html'), 'utf8').catch(() => undefined);
      if (html === undefined) return page(notBuiltPage());
      const nonce = createId(entropy, 16);
      const styleElements = html.includes(NONCE_PLACE) ? `'nonce-${nonce}'` : "'unsafe-inline'";
      return page({
        html: html.replaceAll(NONCE_PLACE, nonce),
        headers: { 'content-security-policy': dashboardCsp(styleElements), 'cache-control': 'no-cache' },
      });
    }
  }
};
