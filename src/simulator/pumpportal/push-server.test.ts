import { expect, it } from 'vitest';
import { createPushServer, type PushServer, type PushSession } from './push-server.ts';
import type { TapeFrame } from './tape.ts';

/** A server whose tape is played by hand. */
function serve(): {
  readonly server: PushServer;
  readonly emit: (frame: TapeFrame) => void;
  readonly plays: () => number;
} {
  let plays = 0;
  let emitNow: ((frame: TapeFrame) => void) | undefined;
  const server = createPushServer({
    play(emit) {
      plays += 1;
      emitNow = emit;
      return () => {
        plays -= 1;
        emitNow = undefined;
      };
    },
  });
  return { server, emit: (frame) => emitNow?.(frame), plays: () => plays };
}

function join(server: PushServer): { readonly session: PushSession; readonly got: string[] } {
  const got: string[] = [];
  const session: PushSession = server.join({
    send: (text) => got.push(text),
    pong: () => got.push('pong'),
    cut() {
      got.push('cut');
      session.leave();
    },
  });
  return { session, got };
}

const migration: TapeFrame = { topic: 'migration', text: 'M' };
const creation: TapeFrame = { topic: 'creation', text: 'C' };
const odd: TapeFrame = { topic: null, text: 'odd' };
const ask = (method: string): string => JSON.stringify({ method });

it('sends each what it has subscribed to', () => {
  const { server, emit } = serve();
  const [one, both, none] = [join(server), join(server), join(server)];
  one.session.receive(ask('subscribeMigration'));
  both.session.receive(ask('subscribeMigration'));
  both.session.receive(ask('subscribeNewToken'));
  for (const frame of [migration, creation, odd]) emit(frame);
  expect(one.got.slice(1)).toEqual(['M', 'odd']);
  expect(both.got.slice(2)).toEqual(['M', 'C', 'odd']);
  expect(none.got).toEqual([]);
});

it('plays its tape while somebody is connected', () => {
  const { server, plays } = serve();
  expect(plays()).toBe(0);
  const [a, b] = [join(server), join(server)];
  expect(plays()).toBe(1);
  a.session.leave();
  expect(plays()).toBe(1);
  b.session.leave();
  expect(plays()).toBe(0);
  join(server);
  expect([plays(), server.stats]).toEqual([1, { open: 1, total: 3, received: 0 }]);
});

it.each([
  ['subscribeTokenTrade', /API key/],
  ['subscribeAccountTrade', /API key/],
  ['subscribeAll', /Invalid message/],
  ['toString', /Invalid message/],
])('answers %s with words', (method, words) => {
  const { session, got } = join(serve().server);
  session.receive(ask(method));
  expect(got).toEqual([expect.stringMatching(words)]);
});

it.each(['', 'no JSON', '[]', 'null', '{"method":5}'])('answers %j with words', (text) => {
  const { session, got } = join(serve().server);
  session.receive(text);
  expect(got).toEqual(['{"errors":"Invalid message"}']);
});

it('cuts all at once, also those that leave meanwhile', () => {
  const { server } = serve();
  const peers = [join(server), join(server), join(server)];
  server.cutAll();
  expect(peers.map(({ got }) => got)).toEqual([['cut'], ['cut'], ['cut']]);
  expect(server.stats.open).toBe(0);
});
