import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DexAnswer, DexTransport } from '../../src/hosts/dexscreener/index.ts';

/** A transport that reaches `respond`, and how to take down what stands behind it. */
export interface TransportUnderTest {
  readonly transport: DexTransport;
  close(): Promise<void>;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const ANSWERS: Readonly<Record<string, DexAnswer>> = {
  '/tokens/v1/solana/A,B?x=1': { status: 200, contentType: JSON_TYPE, body: '[{"symbol":"🦅☝️ "}]' },
  '/missing': { status: 404, contentType: JSON_TYPE, body: '{"error":"Not Found"}' },
  '/busy': { status: 429, contentType: 'text/plain', body: 'slow down', retryAfter: '7' },
  '/challenge': {
    status: 403,
    contentType: 'text/html; charset=UTF-8',
    body: '<!DOCTYPE html>Just a moment...',
  },
  '/broken': { status: 500, contentType: 'text/plain', body: '' },
};

/** What every transport to DexScreener must do. `makeTransport` connects one to the function that answers. */
export function dexTransportContract(
  name: string,
  makeTransport: (respond: (path: string) => DexAnswer) => Promise<TransportUnderTest>,
): void {
  describe(`${name} as a transport to DexScreener`, () => {
    let asked: string[] = [];
    let underTest: TransportUnderTest;
    const get = (path: string, signal = new AbortController().signal): Promise<DexAnswer> =>
      underTest.transport.get(path, signal);

    beforeEach(async () => {
      asked = [];
      underTest = await makeTransport((path) => {
        asked.push(path);
        return ANSWERS[path] ?? { status: 404, contentType: JSON_TYPE, body: 'unexpected' };
      });
    });
    afterEach(async () => {
      await underTest.transport.close();
      await underTest.close();
    });

    it.each(Object.keys(ANSWERS))('gives status, media type and body of %s as they are', async (path) => {
      const { status, contentType, body, retryAfter } = await get(path);
      expect({ status, contentType, body, ...(retryAfter === undefined ? {} : { retryAfter }) }).toEqual(
        ANSWERS[path],
      );
      expect(asked).toEqual([path]);
    });

    it('answers many requests at once, each with its own answer', async () => {
      const paths = Array.from({ length: 40 }, (_, index) => Object.keys(ANSWERS)[index % 5] as string);
      const answers = await Promise.all(paths.map((path) => get(path)));
      expect(answers.map(({ status }) => status)).toEqual(paths.map((path) => ANSWERS[path]?.status));
    });

    it('rejects at once, and asks nobody, when the signal has aborted already', async () => {
      await expect(get('/missing', AbortSignal.abort(new Error('too late')))).rejects.toThrow(Error);
      await get('/busy');
      expect(asked).toEqual(['/busy']);
    });

    it('rejects when the signal aborts before the answer came, and goes on working', async () => {
      const controller = new AbortController();
      const answer = get('/missing', controller.signal);
      controller.abort(new Error('given up'));
      await expect(answer).rejects.toThrow(Error);
      await expect(get('/missing')).resolves.toMatchObject({ status: 404 });
    });

    it('rejects after it was closed; closing twice is one closing', async () => {
      await get('/missing');
      await underTest.transport.close();
      await underTest.transport.close();
      await expect(get('/missing')).rejects.toThrow(Error);
      expect(asked).toHaveLength(1);
    });

    it('names where its answers come from', () => {
      expect(underTest.transport.origin).not.toBe('');
    });
  });
}
