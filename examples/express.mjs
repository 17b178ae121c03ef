// An HTTP service that shows how it is at /health. `node examples/express.mjs`, Ctrl+C ends it.
import express from 'express';
import { createWarden } from 'moonwarden';

const warden = createWarden({ name: 'shop', turnMs: Number(process.env.TURN_MS ?? 1_000) });
const app = express();

// Requests under way, and how many of them failed: what is held against limits needs a name and a number.
let open = 0;
warden.signal('open_requests', () => open, { warning: 200, critical: 1_000 });
app.use((_request, response, next) => {
  open += 1;
  response.once('close', () => (open -= 1));
  next();
});

// The database, by a breaker: while it is away requests fail at once, and health says why.
const database = warden.dependency({ name: 'database', retry: false, essential: true });
let isDatabaseUp = true;

app.get('/orders', async (_request, response) => {
  const result = await database.tryExecute(async () => {
    if (!isDatabaseUp) throw new Error('connection refused');
    return [{ order: 1 }];
  });
  if (result.ok) response.json(result.value);
  else response.status(503).json({ error: warden.health().sentence });
});

// For load balancers and people: 200 while it can do its work, else 503, with the sentence and the reasons.
app.get('/health', (_request, response) => {
  const health = warden.health();
  response.status(health.ok ? 200 : 503).json(health);
});

// So that you can see it: `curl -X POST localhost:3000/break`.
app.post('/break', (_request, response) => {
  isDatabaseUp = !isDatabaseUp;
  response.json({ isDatabaseUp });
});

warden.start();
const server = app.listen(Number(process.env.PORT ?? 3_000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/health`);
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close(() => warden.stop()));
