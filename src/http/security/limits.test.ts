import { describe, expect, it } from 'vitest';
import { FakeClock, systemEntropy } from '../../kernel/index.ts';
import { createFakeAccess } from '../testing/fake-view.ts';
import { makeAccessToken } from './access-token.ts';
import { BoundedMap } from './bounded-map.ts';
import { LockOut } from './lock-out.ts';
import { LoginLinks } from './login-links.ts';
import { RateLimit } from './rate-limit.ts';
import { SecurityEvents } from './security-events.ts';
import { Sessions } from './sessions.ts';
import type { SecurityDraft } from '../ports.ts';

const minute = 60_000;
const hour = 60 * minute;

it('a bounded map forgets what was set longest ago', () => {
  const gone: number[] = [];
  const map = new BoundedMap<string, number>(2, (value) => gone.push(value));
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  expect([map.get('a'), map.get('b'), map.get('c'), map.size, gone]).toEqual([3, undefined, 4, 2, [2]]);
});

describe('rate limit', () => {
  it('lets a burst pass, then as many as the rate allows', async () => {
    const clock = new FakeClock();
    const limit = new RateLimit(clock, 60, 10);
    const passed = (): number =>
      Array.from({ length: 100 }, () => limit.take('a')).filter(({ allowed }) => allowed).length;
    expect(passed()).toBe(60);
    expect(limit.take('a')).toEqual({ allowed: false, retryAfterMs: 1_000 });
    expect(limit.take('b').allowed).toBe(true);
    await clock.advance(999);
    expect(limit.take('a')).toEqual({ allowed: false, retryAfterMs: 1 });
    await clock.advance(4_001);
    expect(passed()).toBe(5);
    await clock.advance(hour);
    expect(passed()).toBe(60);
  });

  it('a jump of the wall clock changes nothing', () => {
    const clock = new FakeClock();
    const limit = new RateLimit(clock, 1, 10);
    limit.take('a');
    clock.jumpWall(hour);
    expect(limit.take('a').allowed).toBe(false);
  });
});

describe('lock-out', () => {
  const limits = {
    failures: 3,
    failuresOverall: 8,
    failureWindowMs: 10 * minute,
    lockOutMs: 15 * minute,
    addresses: 100,
  };

  it('locks one address at the third failure, for its time, and no other', async () => {
    const clock = new FakeClock();
    const lockOut = new LockOut(clock, limits);
    expect([lockOut.fail('a'), lockOut.fail('a')].some(({ addressLocked }) => addressLocked)).toBe(false);
    expect(lockOut.remainingMs('a')).toBe(0);
    expect(lockOut.fail('a').addressLocked).toBe(true);
    expect([lockOut.remainingMs('a'), lockOut.remainingMs('b')]).toEqual([15 * minute, 0]);
    await clock.advance(15 * minute - 1);
    expect(lockOut.remainingMs('a')).toBe(1);
    await clock.advance(1);
    expect(lockOut.remainingMs('a')).toBe(0);
    expect(lockOut.fail('a').addressLocked).toBe(false);
  });

  it('forgets failures outside the window, and not because of a success', async () => {
    const clock = new FakeClock();
    const lockOut = new LockOut(clock, limits);
    lockOut.fail('a');
    lockOut.fail('a');
    lockOut.succeed('a');
    await clock.advance(10 * minute);
    expect(lockOut.fail('a').addressLocked).toBe(false);
    lockOut.succeed('a');
    lockOut.fail('a');
    expect(lockOut.fail('a').addressLocked).toBe(true);
  });

  it('locks all strangers out when many addresses fail, and nobody who had a right token', () => {
    const lockOut = new LockOut(new FakeClock(), limits);
    lockOut.succeed('known');
    const outcomes = Array.from({ length: 8 }, (_, index) => lockOut.fail(`address ${index}`));
    expect(outcomes.map(({ allLocked }) => allLocked).indexOf(true)).toBe(7);
    expect([lockOut.remainingMs('stranger') > 0, lockOut.remainingMs('known')]).toEqual([true, 0]);
  });
});

describe('sessions', () => {
  const limits = { sessions: 3, sessionIdleMs: 12 * hour, sessionMs: 7 * 24 * hour };
  const setUp = async () => {
    const clock = new FakeClock();
    const access = createFakeAccess();
    const { token } = makeAccessToken(systemEntropy, { name: 'me', scope: 'operate' }, 0);
    await access.add(token);
    const who = { tokenId: token.id, name: 'me', scope: 'operate' } as const;
    return { clock, access, who, sessions: new Sessions(clock, systemEntropy, access, limits) };
  };

  it('gives back who logged in, and nobody for another id', async () => {
    const { sessions, who } = await setUp();
    const id = sessions.start(who);
    expect(sessions.use(id)).toMatchObject(who);
    expect(sessions.use('x')).toBeUndefined();
    expect(sessions.peek(id)).toBeUndefined();
  });

  it('ends 12 h after the last use, or 7 d after the login, whatever the wall clock says', async () => {
    const { sessions, who, clock } = await setUp();
    const idle = sessions.start(who);
    const used = sessions.start(who);
    clock.jumpWall(300 * hour);
    for (let hours = 11; hours < 7 * 24; hours += 11) {
      await clock.advance(11 * hour);
      expect(sessions.use(used), `after ${hours} h`).toBeDefined();
    }
    expect(sessions.use(idle)).toBeUndefined();
    await clock.advance(3 * hour);
    expect(sessions.use(used)).toBeUndefined();
  });

  it('looking does not put off the end', async () => {
    const { sessions, who, clock } = await setUp();
    const { key } = sessions.use(sessions.start(who)) ?? { key: '' };
    await clock.advance(11 * hour);
    expect(sessions.peek(key)).toBeDefined();
    await clock.advance(hour);
    expect(sessions.peek(key)).toBeUndefined();
  });

  it('ends with its token, by logout, and when too many others came', async () => {
    const { sessions, who, access } = await setUp();
    const first = sessions.start(who);
    const second = sessions.start(who);
    sessions.use(first);
    sessions.start(who);
    sessions.start(who);
    expect([sessions.use(first) !== undefined, sessions.use(second)]).toEqual([true, undefined]);
    const key = sessions.use(first)?.key ?? '';
    expect([sessions.end(key), sessions.end(key), sessions.use(first)]).toEqual([true, false, undefined]);
    const third = sessions.start(who);
    await access.revoke(who.tokenId);
    expect(sessions.use(third)).toBeUndefined();
  });
});

describe('login links', () => {
  it('work once, for ten minutes, and only the newest twenty', async () => {
    const clock = new FakeClock();
    const links = new LoginLinks(clock, systemEntropy, { loginLinks: 20, loginLinkMs: 10 * minute });
    const link = links.mint();
    expect([links.consume(link), links.consume(link), links.consume('x')]).toEqual([true, false, false]);
    const old = links.mint();
    await clock.advance(10 * minute);
    expect(links.consume(old)).toBe(false);
    const many = Array.from({ length: 21 }, () => links.mint());
    expect(many.map((each) => links.consume(each)).filter(Boolean).length).toBe(20);
    expect(links.consume(many[0] ?? '')).toBe(false);
  });
});

describe('security events', () => {
  const setUp = () => {
    const clock = new FakeClock();
    const told: SecurityDraft[] = [];
    const events = new SecurityEvents({
      clock,
      onSecurity: (entry) => told.push(entry),
      windowMs: 10 * minute,
      addresses: 2,
      onError: () => undefined,
    });
    return { clock, told, events };
  };

  it('tell bad tokens once a window, with their number', async () => {
    const { clock, told, events } = setUp();
    for (let tries = 0; tries < 5; tries++) events.badToken('10.0.0.7');
    expect(told).toEqual([]);
    await clock.advance(10 * minute);
    expect(told).toMatchObject([{ type: 'security', data: { event: 'bad-token', address: '10.0.0.7' } }]);
    expect(told[0]?.reason).toBe('5 tokens that are not valid came from 10.0.0.7 within 10 minutes.');
    await clock.advance(hour);
    expect(told.length).toBe(1);
  });

  it('lose nothing when the table is full or the server closes, and leave no timer', () => {
    const { clock, told, events } = setUp();
    for (const address of ['a', 'b', 'c']) events.badToken(address);
    expect(told.map(({ data }) => data.address)).toEqual(['a']);
    events.close();
    expect(told.map(({ data }) => data.address)).toEqual(['a', 'b', 'c']);
    expect(clock.pending).toBe(0);
  });

  it('a journal that throws lets nobody in and stops nothing', () => {
    const errors: unknown[] = [];
    const events = new SecurityEvents({
      clock: new FakeClock(),
      onSecurity: () => {
        throw new Error('disk full');
      },
      windowMs: 1,
      addresses: 1,
      onError: (error) => errors.push(error),
    });
    events.tell('login', null, 'x');
    expect(errors.length).toBe(1);
  });
});
