import { useSyncExternalStore } from 'react';

/** Symbols as far as any answer or event has told them: the journal knows tokens by their mint alone. */
const symbols = new Map<string, string>();
const listeners = new Set<() => void>();

interface Named {
  readonly mint: string;
  readonly symbol: string | null;
}

export function learnSymbols(tokens: readonly Named[]): void {
  let isNews = false;
  for (const { mint, symbol } of tokens) {
    if (!symbol || symbols.get(mint) === symbol) continue;
    symbols.set(mint, symbol);
    isNews = true;
  }
  if (isNews) for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSymbol(mint: string | null): string | undefined {
  return useSyncExternalStore(subscribe, () => (mint === null ? undefined : symbols.get(mint)));
}
