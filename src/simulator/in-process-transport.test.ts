import { describe, expect, it } from 'vitest';
import { inProcessTransport } from './in-process-transport.ts';

describe('a market in this process', () => {
  const answer = { status: 200, contentType: 'application/json', body: '[]' };
  const transport = inProcessTransport({ name: 'here', respond: () => answer });

  it('settles in microtasks only, so that virtual time need not wait for it', async () => {
    let settled = 0;
    const count = (): number => (settled += 1);
    void transport.get('/a', new AbortController().signal).then(count);
    void transport.get('/b', AbortSignal.abort()).catch(count);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    expect(settled).toBe(2);
  });

  it('rejects with the path when it is given up', async () => {
    await expect(transport.get('/a', AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortedError',
      what: 'GET /a',
    });
  });
});
