import { differenceOf, type Declaration } from './declaration.ts';
import type { MetricFamily } from './family.ts';
import type { HistogramShape } from './histogram.ts';
import type { ReadValue } from './live-value.ts';

/** What a declaration says beside what all instruments say. */
interface More {
  readonly shape: HistogramShape | null;
  readonly read: ReadValue | null;
}

interface Made {
  readonly instrument: object;
  readonly collect: () => MetricFamily;
}

/** Instruments by name: the same declaration gives the same instrument. */
export class Registry {
  readonly #registered = new Map<string, Made & { readonly declaration: Declaration; readonly more: More }>();

  /** @throws RangeError when the name is declared as something else, and what `create` throws. */
  register(declaration: Declaration, more: More, create: () => Made): object {
    const { name } = declaration;
    const before = this.#registered.get(name);
    if (before === undefined) {
      const made = create();
      this.#registered.set(name, { declaration, more, ...made });
      return made.instrument;
    }
    const difference = differenceOf(before.declaration, declaration) ?? differenceInMore(before.more, more);
    if (difference === null) return before.instrument;
    throw new RangeError(`${name} is declared already: ${difference}`);
  }

  collect(): MetricFamily[] {
    // A reader may declare instruments: they are for the next time.
    return [...this.#registered.values()].map(({ collect }) => collect());
  }
}

function differenceInMore(was: More, is: More): string | null {
  const [before, now] = [JSON.stringify(was.shape), JSON.stringify(is.shape)];
  if (before !== now) return `its shape was ${before} and is ${now} now`;
  return is.read === null || is.read === was.read ? null : 'another function reads it';
}
