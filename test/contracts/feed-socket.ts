import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedSocket, FeedTransport } from '../../src/hosts/pumpportal/index.ts';
import { MAX_FRAME_BYTES } from '../../src/hosts/pumpportal/index.ts';
import type { PushServer } from '../../src/simulator/index.ts';
import { until } from '../e2e/service.ts';

/** A transport that reaches `server`, and how to take down what stands between them. */
export interface FeedUnderTest {
  readonly transport: FeedTransport;
  close(): Promise<void>;
}

/** What every transport to PumpPortal must do. `makeTransport` connects one to a server of frames. */
export function feedSocketContract(
  name: string,
  makeServer: () => PushServer,
  makeTransport: (server: PushServer) => Promise<FeedUnderTest>,
): void {
  describe(`${name} as a transport to PumpPortal`, () => {
    let server: PushServer;
    let underTest: FeedUnderTest;
    let heard: string[];
    const sockets: FeedSocket[] = [];
    const connect = async (signal = new AbortController().signal): Promise<FeedSocket> => {
      // What an earlier test left open closes while a later one runs.
      const mine = heard;
      const socket = await underTest.transport.connect(
        {
          onMessage: (text) => mine.push(text),
          onPong: () => mine.push('pong'),
          onClose: (cause) => mine.push(`closed: ${cause}`),
        },
        signal,
      );
      sockets.push(socket);
      return socket;
    };
    const subscribe = async (socket: FeedSocket, method = 'subscribeMigration'): Promise<void> => {
      const before = heard.length;
      socket.send(JSON.stringify({ method }));
      await until('the acknowledgement', () => heard.length > before);
    };
    const closings = (): string[] => heard.filter((text) => text.startsWith('closed: '));

    beforeEach(async () => {
      heard = [];
      server = makeServer();
      underTest = await makeTransport(server);
    });
    afterEach(async () => {
      for (const socket of sockets.splice(0)) socket.terminate();
      await underTest.close();
    });

    it('opens one connection and says nothing of itself', async () => {
      await connect();
      expect(server.stats).toEqual({ open: 1, total: 1, received: 0 });
      expect(heard).toEqual([]);
    });

    it('brings acknowledgements, then frames as they are and in order', async () => {
      const socket = await connect();
      await subscribe(socket);
      await subscribe(socket, 'subscribeNewToken');
      const texts = [
        '{"symbol":"🦅☝️ "}',
        'no JSON',
        '',
        ...Array.from({ length: 50 }, (_, n) => `frame ${n}`),
      ];
      for (const text of texts) server.say(text);
      await until('the frames', () => heard.length === 2 + texts.length);
      expect(heard).toEqual([
        `{"message":"Subscribed to 'migration' events."}`,
        '{"message":"Successfully subscribed to token creation events."}',
        ...texts,
      ]);
    });

    it('is told what it asked wrongly', async () => {
      const socket = await connect();
      await subscribe(socket, 'subscribeEverything');
      expect(heard).toEqual(['{"errors":"Invalid message"}']);
    });

    it('a ping is answered', async () => {
      const socket = await connect();
      socket.ping();
      await until('the pong', () => heard.length > 0);
      expect(heard).toEqual(['pong']);
    });

    it('a server that has gone silent answers neither ping nor request, and the connection stays', async () => {
      const socket = await connect();
      await subscribe(socket);
      server.faults.isSilent = true;
      socket.ping();
      socket.send('{"method":"subscribeNewToken"}');
      server.say('lost');
      await until('the silent server has got both', () => server.stats.received === 3);
      server.faults.isSilent = false;
      // Comes after whatever was sent before it.
      server.say('last');
      await until('the last frame', () => heard.at(-1) === 'last');
      expect(heard).toHaveLength(2);
    });

    it('a server that cuts the connection closes it once, with a cause', async () => {
      const socket = await connect();
      await subscribe(socket);
      server.cutAll();
      await until('the close', () => closings().length > 0);
      expect(closings()).toHaveLength(1);
      expect(closings()[0]?.length).toBeGreaterThan('closed: '.length);
      socket.send('{}');
      socket.ping();
      socket.close();
      socket.terminate();
      await until('the server knows', () => server.stats.open === 0);
      const after = await connect();
      await subscribe(after);
      expect(closings(), 'closed once for all').toHaveLength(1);
    });

    it('a server that cuts off whoever subscribes is noticed', async () => {
      server.faults.cutsAfterSubscribe = true;
      const socket = await connect();
      socket.send('{"method":"subscribeMigration"}');
      await until('the close', () => closings().length > 0);
      await until('the server knows', () => server.stats.open === 0);
    });

    it.each(['close', 'terminate'] as const)('%s ends it, and the server knows', async (how) => {
      const socket = await connect();
      await subscribe(socket);
      socket[how]();
      await until('the close', () => closings().length > 0);
      await until('the server knows', () => server.stats.open === 0);
      server.say('too late');
      expect(heard.at(-1)).toBe(closings()[0]);
    });

    it('a frame of 1 MiB comes through; a larger one ends the connection unread', async () => {
      const socket = await connect();
      await subscribe(socket);
      server.say('x'.repeat(MAX_FRAME_BYTES));
      await until('the frame', () => heard.length === 2);
      expect(heard[1]).toHaveLength(MAX_FRAME_BYTES);
      server.say('x'.repeat(MAX_FRAME_BYTES + 1));
      await until('the close', () => closings().length > 0);
      expect(heard).toHaveLength(3);
    });

    it('rejects when the server refuses, and works when it does not any more', async () => {
      server.faults.refuses = true;
      await expect(connect()).rejects.toThrow(Error);
      server.faults.refuses = false;
      await subscribe(await connect());
      expect(server.stats.total).toBe(1);
    });

    it('rejects when the signal has aborted already, and asks nobody', async () => {
      await expect(connect(AbortSignal.abort(new Error('too late')))).rejects.toThrow(Error);
      expect(server.stats.total).toBe(0);
    });

    it('rejects when the signal aborts while it opens, and leaves nothing open', async () => {
      const controller = new AbortController();
      const opening = connect(controller.signal);
      controller.abort(new Error('given up'));
      await expect(opening).rejects.toThrow(Error);
      await until('nothing is open', () => server.stats.open === 0);
      expect(heard).toEqual([]);
    });

    it('an abort after it has opened is no more of its business', async () => {
      const controller = new AbortController();
      const socket = await connect(controller.signal);
      controller.abort(new Error('later'));
      await subscribe(socket);
      expect(closings()).toEqual([]);
    });

    it('names where frames come from', () => {
      expect(underTest.transport.origin).not.toBe('');
    });
  });
}
