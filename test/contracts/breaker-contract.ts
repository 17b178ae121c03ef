/** A circuit breaker as the suite sees it. What a library does not have throws {@link NotOffered}. */
export interface BreakerUnderTest {
  /** Runs `fn` under the breaker. `fn` gets the signal that the breaker hands to work. */
  exec<T>(fn: (signal: AbortSignal | undefined) => Promise<T>, signal?: AbortSignal): Promise<T>;
  state(): 'closed' | 'open' | 'half_open' | 'isolated';
  /** Whether `error` says that the work was not run. */
  rejected(error: unknown): boolean;
  /** What a refusal tells beside that. Times are wall-clock milliseconds. */
  refusal(error: unknown): { readonly since: number; readonly nextTryAt: number; readonly lastCause: string };
  on(event: 'state_change' | 'refused' | 'success' | 'failure', listener: () => void): void;
  /** Holds it open; gives the function that ends this hold. */
  isolate(): () => void;
  /** Its state as plain data, for `make({ snapshot })`. */
  snapshot(): unknown;
  /** Changes the open time while it runs. */
  reconfigure(openMs: number): void;
  /** Ends what it keeps running by itself. */
  close(): void;
}

export interface ContractOptions {
  readonly trip:
    | { readonly failures: number }
    | { readonly ratio: number; readonly minimumCalls: number; readonly windowMs: number }
    | { readonly slowMs: number; readonly ratio: number; readonly minimumCalls: number };
  readonly openMs: number;
  /** Factor of the open time when it opens again from half-open; 1 when it is not given. */
  readonly openGrowth?: number;
  /** Calls that take longer are given up. */
  readonly timeoutMs?: number;
  readonly snapshot?: unknown;
}

export type MakeBreaker = (options: ContractOptions) => BreakerUnderTest;

export class NotOffered extends Error {
  override readonly name = 'NotOffered';
}

/** Time that a case lets pass. Nothing sleeps in it. */
export interface ContractTime {
  pass(ms: number): Promise<void>;
  now(): number;
  /** Moves the wall clock alone. */
  jumpWall(ms: number): void;
}

/** What a case has in hand. */
export interface ContractWorld {
  readonly make: MakeBreaker;
  readonly time: ContractTime;
}

/** One promise of a breaker. `run` throws where it is broken, and never waits for what may hang. */
export interface ContractCase {
  readonly id: string;
  /** The promise, in one sentence. */
  readonly promise: string;
  readonly run: (world: ContractWorld) => Promise<void>;
}

/** A call whose end can be looked at without waiting for it. */
export interface Tracked {
  /** As in `value x`, `error x`, or `pending`. */
  end: string;
  error: unknown;
}

export function track(call: Promise<unknown>): Tracked {
  const tracked: Tracked = { end: 'pending', error: undefined };
  call.then(
    (value) => {
      tracked.end = `value ${String(value)}`;
    },
    (error: unknown) => {
      tracked.error = error;
      tracked.end = `error ${error instanceof Error ? error.message : String(error)}`;
    },
  );
  return tracked;
}

export const answer = async (): Promise<string> => 'answer';
export const fail = (): Promise<never> => Promise.reject(new Error('broken'));
export const hang = (): Promise<never> => new Promise(() => {});

/** So many calls one after the other, whatever comes of them. */
export async function callTimes(
  { time }: ContractWorld,
  breaker: BreakerUnderTest,
  times: number,
  work: () => Promise<unknown>,
): Promise<void> {
  for (let call = 0; call < times; call++) {
    track(breaker.exec(work));
    await time.pass(0);
  }
}

/** The defaults of most cases: five failures open it for a second. */
export const FIVE_FAILURES: ContractOptions = { trip: { failures: 5 }, openMs: 1_000 };

/** One that has just been opened by failures. */
export async function openOne(
  world: ContractWorld,
  options: ContractOptions = FIVE_FAILURES,
): Promise<BreakerUnderTest> {
  const breaker = world.make(options);
  await callTimes(world, breaker, 5, fail);
  if (breaker.state() !== 'open') throw new Error(`five failures left it ${breaker.state()}`);
  return breaker;
}

/** One that was opened, and whose open time is over. */
export async function triableOne(world: ContractWorld): Promise<BreakerUnderTest> {
  const breaker = await openOne(world);
  await world.time.pass(1_001);
  return breaker;
}

/** Calls that succeed until it is closed, at most ten. */
export async function closeIt(world: ContractWorld, breaker: BreakerUnderTest): Promise<void> {
  for (let call = 0; call < 10 && breaker.state() !== 'closed'; call++)
    await callTimes(world, breaker, 1, answer);
  if (breaker.state() !== 'closed') throw new Error(`ten successes left it ${breaker.state()}`);
}

/** Work that counts how often it runs, and how often at once, each run for `ms`. */
export function counting(ms: number): { work: () => Promise<void>; runs: number; most: number } {
  const counter = {
    runs: 0,
    most: 0,
    work: async (): Promise<void> => {
      counter.runs += 1;
      running += 1;
      counter.most = Math.max(counter.most, running);
      await new Promise<void>((resolve) => setTimeout(resolve, ms));
      running -= 1;
    },
  };
  let running = 0;
  return counter;
}
