import { z } from 'zod';
import { MoonwardenError } from '../../kernel/index.ts';

const named = z.union([
  z.string(),
  z.object({ mint: z.string() }).transform(({ mint }) => mint),
  z.object({ mint_address: z.string() }).transform(({ mint_address: mint }) => mint),
  z.object({ tokenAddress: z.string() }).transform(({ tokenAddress }) => tokenAddress),
]);
const jsonList = z.union([
  z.array(named),
  z.object({ tokens: z.array(named) }).transform(({ tokens }) => tokens),
]);

/**
 * The entries of a list of mints: JSON (a list of texts or of objects with `mint`, `mint_address` or `tokenAddress`, or
 * an object with such a list as `tokens`), or text with one mint a line, where `#` starts a comment and what follows a
 * comma is ignored. Entries are not judged here.
 * @throws MoonwardenError REQUEST_INVALID when the text looks like JSON and is no such list.
 */
export function parseMintList(content: string): readonly string[] {
  const text = content.replace(/^\uFEFF/, '').trim();
  if (text.startsWith('[') || text.startsWith('{')) {
    try {
      return jsonList.parse(JSON.parse(text));
    } catch (error) {
      throw new MoonwardenError('REQUEST_INVALID', 'the list of mints is not readable JSON', {
        cause: error,
      });
    }
  }
  return text
    .split(/\r?\n/)
    .map(
      (line) =>
        (line.split('#')[0] ?? '')
          .trim()
          .split(/[,;\t]/)[0]
          ?.trim()
          .replaceAll(/^"|"$/g, '') ?? '',
    )
    .filter((line) => line !== '' && !/^(mint|mint_address|address|token)$/i.test(line));
}
