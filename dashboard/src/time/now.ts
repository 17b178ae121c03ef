import { useSyncExternalStore } from 'react';

/**
 * The one clock of the page. It follows the service's clock, so that "6 s ago" is right on a laptop that is off by
 * minutes.
 */
let offsetMs = 0;

export function now(): number {
  return Date.now() + offsetMs;
}

/** Takes over the service's time; small differences are the network's and are left alone. */
export function followServiceTime(at: number): void {
  const gap = at - Date.now();
  if (Math.abs(gap - offsetMs) > 2_000) offsetMs = Math.abs(gap) > 2_000 ? gap : 0;
}

const listeners = new Set<() => void>();
/** The present second, the same for all who draw in it. */
let second = wholeSecond();
let timer: number | undefined;

function wholeSecond(): number {
  return Math.floor(now() / 1_000) * 1_000;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) second = wholeSecond();
  timer ??= window.setInterval(() => {
    second = wholeSecond();
    for (const each of listeners) each();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

/** What `select` makes of the present second; draws again only when that changes. */
export function useNow<Value extends string | number | boolean>(select: (now: number) => Value): Value {
  return useSyncExternalStore(subscribe, () => select(second));
}
