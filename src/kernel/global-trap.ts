/** A call of a global that gives real time or chance, while the trap was set. */
export interface TrappedCall {
  readonly name: string;
  readonly stack: string;
}

/** Takes the trap away and gives back what it caught. */
export type ReleaseTrap = () => readonly TrappedCall[];

/**
 * Makes every global source of time and chance throw, and remembers who called it. Proves that a run under virtual time
 * depends on nothing but its clock and its seed. What was captured before (the fake clock's own immediates) still works.
 */
export function trapGlobals(): ReleaseTrap {
  const caught: TrappedCall[] = [];
  const restore: (() => void)[] = [];
  const spring = (name: string): never => {
    const error = new Error(`${name} was called under virtual time`);
    caught.push({ name, stack: error.stack ?? '' });
    throw error;
  };
  const replace = <T extends object>(owner: T, key: keyof T & string, name: string): void => {
    const original = Object.getOwnPropertyDescriptor(owner, key);
    Object.defineProperty(owner, key, { configurable: true, writable: true, value: () => spring(name) });
    restore.push(() => {
      if (original) Object.defineProperty(owner, key, original);
      else Reflect.deleteProperty(owner, key);
    });
  };

  const RealDate = Date;
  const TrappedDate = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) =>
      args.length === 0 ? spring('new Date()') : (Reflect.construct(target, args, newTarget) as Date),
    apply: () => spring('Date()'),
    get: (target, key) => (key === 'now' ? () => spring('Date.now') : (Reflect.get(target, key) as unknown)),
  });
  globalThis.Date = TrappedDate;
  restore.push(() => {
    globalThis.Date = RealDate;
  });
  replace(Math, 'random', 'Math.random');
  replace(performance, 'now', 'performance.now');
  const realHrtime = process.hrtime;
  process.hrtime = Object.assign(() => spring('process.hrtime'), {
    bigint: () => spring('process.hrtime.bigint'),
  });
  restore.push(() => {
    process.hrtime = realHrtime;
  });
  replace(globalThis, 'setTimeout', 'setTimeout');
  replace(globalThis, 'setInterval', 'setInterval');
  replace(globalThis, 'setImmediate', 'setImmediate');
  replace(globalThis.crypto, 'randomUUID', 'crypto.randomUUID');
  replace(globalThis.crypto, 'getRandomValues', 'crypto.getRandomValues');
  replace(AbortSignal, 'timeout', 'AbortSignal.timeout');

  return () => {
    for (const undo of restore.reverse()) undo();
    return caught;
  };
}
