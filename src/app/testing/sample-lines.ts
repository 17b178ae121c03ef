import { FakeClock, runInContext } from '../../kernel/index.ts';
import { defaultsOf } from '../../warden/config/index.ts';
import { createLog, logSection } from '../log/logger.ts';

/** Lines as the service writes them, of each kind that has fields of its own. */
export async function sampleLogLines(): Promise<readonly string[]> {
  const clock = new FakeClock();
  const lines: string[] = [];
  const log = createLog(
    clock,
    { ...defaultsOf(logSection), level: 'debug' },
    { output: { write: (line) => void lines.push(line) }, human: false, folder: null },
  );
  log.debug('The journal did not take the entries of this turn; they are kept.', { cause: 'disk full' });
  log.info('Resources.', { cpu_usage: 12.5, memory_usage: 63, disk_usage: 40.1, status: 'healthy' });
  log.child('warden').critical('The feed has been silent for 61 s.', {
    rule: 'feed.silent',
    severity: 'critical',
    value: 61.25,
    unit: 's',
  });
  log
    .child('warden')
    .warning('Recovery begins: reconnect.', { remedy: 'reconnect', condition: 'feed.silent' });
  runInContext({ correlationId: '0af7651916cd43dd8448eb211c80319c', runId: 'r1' }, () => {
    log.child('http').error('Something went wrong inside.', {
      status: 500,
      cause: new Error('broken'),
      faults: [{ path: 'tokens.w_tx', message: 'must be a number' }],
      request: { method: 'GET', path: '/api/tokens', query: { limit: 50 } },
    });
  });
  // What fields may be called and hold at worst.
  log.info('Odd.', {
    level: 'x',
    msg: 'y',
    ts: 5,
    module: null,
    big: 10n ** 20n,
    list: [1, 2.5],
    none: undefined,
  });
  log.info('Odd.', { empty: [], nan: Number.NaN, when: new Date(0), resumed_at: new Date(0), on: true });
  for (let count = 0; count < 3; count++) log.warning('Again.', { value: count % 1 });
  await clock.advance(60_000);
  await log.close();
  return lines;
}
