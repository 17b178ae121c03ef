import type { Database, Statement } from './database.ts';

/** A database that can be opened anew under those who hold statements of it. */
export interface Reopenable extends Database {
  /** What is open now. */
  readonly current: () => Database;
  /** Takes another connection; statements are prepared anew when they are next used. The one of before is closed. */
  reopen(next: Database): void;
}

/** @param first what is open already. */
export function reopenable(first: Database): Reopenable {
  let inner = first;
  let generation = 0;
  return {
    current: () => inner,
    get isOpen() {
      return inner.isOpen;
    },
    get isTransaction() {
      return inner.isTransaction;
    },
    close() {
      inner.close();
    },
    exec(sql) {
      inner.exec(sql);
    },
    prepare(sql) {
      let own = generation;
      let statement = inner.prepare(sql);
      const ready = (): Statement => {
        if (own !== generation) {
          statement = inner.prepare(sql);
          own = generation;
        }
        return statement;
      };
      return {
        get: (...parameters) => ready().get(...parameters),
        all: (...parameters) => ready().all(...parameters),
        run: (...parameters) => ready().run(...parameters),
        iterate: (...parameters) => ready().iterate(...parameters),
        columns: () => ready().columns(),
      };
    },
    reopen(next) {
      const old = inner;
      inner = next;
      generation += 1;
      if (old.isOpen) old.close();
    },
  };
}
