import type { Clock, Random } from '../../../kernel/index.ts';

/** Options of {@link createSimulatedServer}. */
export interface SimulatedServerOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Calls that it works on at once; more than these share it and take longer. The knee of its latency. */
  readonly capacity: number;
  /** What a call takes when nobody else is there, in ms. */
  readonly serviceMs: number;
  /** Standard deviation of what a call takes, as a share of its mean (lognormal). Default 0.2. */
  readonly spread?: number;
}

/** A server under virtual time. Its figures may be changed while it runs. */
export interface SimulatedServer {
  capacity: number;
  serviceMs: number;
  /** Calls in it. */
  readonly inside: number;
  /** Answers so far. */
  readonly answered: number;
  call(): Promise<void>;
}

/**
 * A queueing server: `capacity` workers, first come first served. With n calls inside, a call takes its service time up
 * to n = capacity, and service time * n / capacity beyond it.
 */
export function createSimulatedServer(options: SimulatedServerOptions): SimulatedServer {
  const { clock, random, spread = 0.2 } = options;
  // Parameters of the lognormal distribution with mean 1.
  const sigma = Math.sqrt(Math.log(1 + spread * spread));
  const queue: (() => void)[] = [];
  let inside = 0;
  let working = 0;
  let answered = 0;
  const server = {
    capacity: options.capacity,
    serviceMs: options.serviceMs,
    get inside() {
      return inside;
    },
    get answered() {
      return answered;
    },
    async call(): Promise<void> {
      inside += 1;
      if (working < server.capacity) working += 1;
      else await new Promise<void>((resolve) => queue.push(resolve));
      await clock.sleep(server.serviceMs * Math.exp(sigma * random.normal() - (sigma * sigma) / 2));
      working -= 1;
      inside -= 1;
      answered += 1;
      while (working < server.capacity && queue.length > 0) {
        working += 1;
        queue.shift()?.();
      }
    },
  };
  return server;
}
