import { inProcessTransport } from '../../src/simulator/index.ts';
import { dexTransportContract } from './dex-transport.ts';

dexTransportContract('a market in this process', (respond) =>
  Promise.resolve({
    transport: inProcessTransport({ name: 'scripted', respond }),
    close: () => Promise.resolve(),
  }),
);
