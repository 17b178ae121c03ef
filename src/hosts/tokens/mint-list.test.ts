import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MoonwardenError } from '../../kernel/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { parseMintList } from './mint-list.ts';

const A = mintOf(1);
const B = mintOf(2);

describe('a list of mints', () => {
  it.each([
    ['nothing', '', []],
    ['blank lines', '\n \r\n\t\n', []],
    ['one a line', `${A}\n${B}`, [A, B]],
    ['lines of Windows, blanks around', ` ${A} \r\n\r\n\t${B}\t\r\n`, [A, B]],
    ['a byte-order mark', `\uFEFF${A}\n`, [A]],
    ['a byte-order mark before JSON', `\uFEFF["${A}"]`, [A]],
    ['comments', `# my tokens\n${A} # the first\n#${B}\n`, [A]],
    ['CSV with a header', `mint,symbol,added\n${A},MOON,2026-01-01\n${B},"a,b",x\n`, [A, B]],
    ['CSV with quotes', `"mint_address","symbol"\r\n"${A}","MOON"\r\n`, [A]],
    ['semicolons, capitals in the header', `Address;Symbol\n${A};MOON\n`, [A]],
    ['tabs', `token\tsymbol\n${A}\tMOON\n`, [A]],
    ['duplicates are not judged here', `${A}\n${A}\n`, [A, A]],
    ['what is no mint is not judged here', `hello\n${A}`, ['hello', A]],
    ['a header alone', 'mint\n', []],
    ['a JSON list', JSON.stringify([A, B]), [A, B]],
    ['an empty JSON list', ' [] ', []],
    ['JSON objects with mint', JSON.stringify([{ mint: A, symbol: 'X' }, { mint: B }]), [A, B]],
    ['JSON objects with mint_address', JSON.stringify([{ mint_address: A }]), [A]],
    ['JSON objects with tokenAddress', JSON.stringify([{ chainId: 'solana', tokenAddress: A }]), [A]],
    ['JSON of every kind at once', JSON.stringify([A, { mint: B }, { tokenAddress: A }]), [A, B, A]],
    ['JSON with tokens', JSON.stringify({ version: 1, tokens: [{ mint: A }, B] }), [A, B]],
    ['JSON with a key of the prototype', `[{"__proto__": {"mint": "${B}"}, "mint": "${A}"}]`, [A]],
  ])('%s', (_what, content, mints) => {
    expect(parseMintList(content)).toEqual(mints);
  });

  it.each([
    ['a list that breaks off', `["${A}", "`],
    ['numbers', '[1, 2]'],
    ['nothing in the list', '[null]'],
    ['objects without a mint', '[{"symbol": "MOON"}]'],
    ['a mint that is no text', '[{"mint": 5}]'],
    ['an object without tokens', '{"mints": []}'],
    ['a mint of the prototype', '{"__proto__": {"tokens": []}}'],
    ['tokens that are no list', '{"tokens": {}}'],
    ['two documents', `["${A}"]\n["${B}"]`],
    ['a depth of 5,000', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
  ])('%s is refused with a code', (_what, content) => {
    let thrown: unknown;
    try {
      parseMintList(content);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(MoonwardenError);
    expect(thrown).toMatchObject({
      code: 'REQUEST_INVALID',
      message: 'the list of mints is not readable JSON',
    });
  });

  it('whatever a file holds, it is a list of texts without blanks, or refused', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (content) => {
        try {
          const isJson = /^[[{]/.test(content.trim());
          for (const entry of parseMintList(content)) {
            expect(typeof entry).toBe('string');
            if (!isJson) expect(entry === '' || /[\n#,;\t]/.test(entry)).toBe(false);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(MoonwardenError);
        }
      }),
    );
  });
});
