/** Listeners by event name; `Events` maps each name to its payload. */
export interface Emitter<Events extends object> {
  /** Adds a listener; returns the function that removes it. */
  on<Name extends keyof Events>(name: Name, listener: (payload: Events[Name]) => void): () => void;
  /**
   * Calls the listeners in the order in which they were added. One that throws changes nothing for the others; one that
   * is removed meanwhile is not called any more, one that is added meanwhile not yet. Nobody waits for one that is
   * asynchronous; when it rejects, that is told as if it had thrown.
   */
  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void;
}

/** `onListenerError` is told what a listener threw; an emitter itself never throws. */
export function createEmitter<Events extends object>(
  onListenerError: (error: unknown, name: keyof Events) => void,
): Emitter<Events> {
  const listeners = new Map<keyof Events, Set<(payload: never) => unknown>>();
  return {
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      // A wrapper, so that the same function added twice is two listeners.
      const own = (payload: never): unknown => listener(payload);
      set.add(own);
      return () => set.delete(own);
    },
    emit(name, payload) {
      const set = listeners.get(name);
      if (set === undefined) return;
      for (const listener of [...set]) {
        if (!set.has(listener)) continue;
        try {
          const result = listener(payload as never);
          if (result instanceof Promise)
            result.catch((error: unknown) => {
              onListenerError(error, name);
            });
        } catch (error) {
          onListenerError(error, name);
        }
      }
    },
  };
}
