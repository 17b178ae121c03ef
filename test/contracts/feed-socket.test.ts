import { createWsTransport } from '../../src/hosts/pumpportal/index.ts';
import { FEED_PATH, createPushServer, inProcessFeed, serveMarket } from '../../src/simulator/index.ts';
import { feedSocketContract } from './feed-socket.ts';

const makeServer = () => createPushServer({ play: () => () => undefined });

feedSocketContract('a market in this process', makeServer, (server) =>
  Promise.resolve({ transport: inProcessFeed(server), close: () => Promise.resolve() }),
);

feedSocketContract('a WebSocket', makeServer, async (push) => {
  const market = { respond: () => ({ status: 404, contentType: '', body: '' }) };
  const served = await serveMarket(market, { push });
  const url = served.url.replace(/^http/, 'ws') + FEED_PATH;
  return {
    transport: createWsTransport({ url, userAgent: 'moonwarden/test' }),
    close: () => served.close(),
  };
});
