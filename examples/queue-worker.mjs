// A queue whose consumer hangs, and is restarted by an action. `node examples/queue-worker.mjs`, Ctrl+C ends it.
import { createWarden } from 'moonwarden';

const queue = [];
let consumer = startConsumer(30);

// So quick that you can watch it; the defaults are for a service that runs for months.
const warden = createWarden({ turnMs: 100, log: 'none', recovery: { graceMs: 0, cooldownMs: 1_000 } });

// Noticed when more than 20 wait for longer than 200 ms; over when there are fewer than 5.
warden.signal('queue_depth', () => queue.length, {
  unit: 'orders',
  warning: { enter: 20, leave: 5 },
  forMs: 200,
  describe: (value) => `${value} orders wait: the consumer does not keep up.`,
});

// Healed by a new consumer; that has worked if the queue is short within 5 s.
warden.action('restart-consumer', 'queue_depth', restart, { verifyWithinMs: 5_000 });

warden.on('condition', ({ kind, sentence }) => console.log(`${kind}: ${sentence}`));
warden.on('recovery', ({ kind, sentence }) => console.log(`${kind}: ${sentence}`));
warden.start();

const producer = setInterval(() => queue.push('an order'), 20);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);

async function stop() {
  clearInterval(producer);
  consumer.stop();
  await warden.stop();
}

function restart() {
  consumer.stop();
  consumer = startConsumer();
}

/** Takes one order after the other; hangs after so many, as consumers do. */
function startConsumer(hangsAfter = Infinity) {
  let taken = 0;
  const timer = setInterval(() => {
    if (taken < hangsAfter && queue.shift() !== undefined) taken += 1;
  }, 5);
  return { stop: () => clearInterval(timer) };
}
