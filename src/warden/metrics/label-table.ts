import type { Labels } from './family.ts';

/** Label values are cut to this many characters, so that one hundred of them stay small. */
const LONGEST_VALUE = 200;
/** The value of each label of the series that takes in all combinations beyond the limit. */
const OTHER = 'other';
const LONE_SURROGATE = /\p{Surrogate}/u;

interface Node<Series> {
  readonly next: Map<string, Node<Series>>;
  series: Series | null;
}

/** Options of {@link LabelTable}. */
export interface LabelTableOptions<Series> {
  /** For messages. */
  readonly instrument: string;
  /** In the order in which finding is fastest. */
  readonly names: readonly string[];
  readonly maxSeries: number;
  readonly create: (labels: Labels) => Series;
  /** The first combination beyond the limit; called once. */
  readonly onOverflow: (labels: Labels) => void;
}

/**
 * The series of an instrument by their labels: a map a label, so that finding one builds no key. It holds at most
 * `maxSeries` combinations; all others share one series, whose labels are all `other`.
 */
export class LabelTable<Series> {
  readonly #options: LabelTableOptions<Series>;
  readonly #names: readonly string[];
  readonly #root: Node<Series> = { next: new Map(), series: null };
  readonly #all: Series[] = [];
  #other: Series | null = null;
  #overflowed = false;

  constructor(options: LabelTableOptions<Series>) {
    this.#options = options;
    this.#names = options.names;
  }

  /** In the order of their creation. */
  get all(): readonly Series[] {
    return this.#all;
  }

  /**
   * The series of `labels`, made when it is new.
   * @throws RangeError when a label is missing, not declared, or no string.
   */
  find(labels: Labels): Series {
    const names = this.#names;
    let node = this.#root;
    let depth = 0;
    // The engine reads values in the order of the object without searching for their names, so most calls end here.
    for (const name in labels) {
      if (name !== names[depth]) return this.#findByName(labels);
      const next = node.next.get(labels[name] as string);
      if (next === undefined) return this.#findOrAdd(labels);
      node = next;
      depth += 1;
    }
    return node.series ?? this.#findOrAdd(labels);
  }

  #findByName(labels: Labels): Series {
    const names = this.#names;
    let given = 0;
    for (const _ in labels) given += 1;
    let node = this.#root;
    // One label too few has no value, one too many leads beyond the last map: both find nothing.
    for (let index = 0; index < given; index++) {
      const next = node.next.get(labels[names[index] as string] as string);
      if (next === undefined) return this.#findOrAdd(labels);
      node = next;
    }
    return node.series ?? this.#findOrAdd(labels);
  }

  #findOrAdd(labels: Labels): Series {
    const values = this.#valuesOf(labels).map(storable);
    return this.#known(values) ?? this.#add(values);
  }

  #valuesOf(labels: Labels): string[] {
    const { instrument, names } = this.#options;
    const describe = (): string => names.map((name) => `"${name}"`).join(', ');
    if (typeof labels !== 'object' || (labels as object | null) === null)
      throw new RangeError(
        `${instrument}: labels must be an object with ${describe()}, not ${describeValue(labels)}`,
      );
    for (const name in labels)
      if (!names.includes(name))
        throw new RangeError(`${instrument}: label "${name}" was not declared, only ${describe()}`);
    return names.map((name) => {
      const value: unknown = labels[name];
      if (typeof value !== 'string')
        throw new RangeError(`${instrument}: label "${name}" must be a string, not ${describeValue(value)}`);
      return value;
    });
  }

  #known(values: readonly string[]): Series | null {
    if (this.#other !== null && values.every((value) => value === OTHER)) return this.#other;
    let node: Node<Series> | undefined = this.#root;
    for (const value of values) node = node?.next.get(value);
    return node?.series ?? null;
  }

  #add(values: readonly string[]): Series {
    const { maxSeries, create, names, onOverflow } = this.#options;
    const isOther = values.every((value) => value === OTHER);
    const isFull = this.#all.length - (this.#other === null ? 0 : 1) >= maxSeries;
    if (isOther || isFull) {
      if (this.#other === null) {
        this.#other = create(this.#labelsOf(names.map(() => OTHER)));
        this.#all.push(this.#other);
      }
      if (!isOther && !this.#overflowed) {
        this.#overflowed = true;
        onOverflow(this.#labelsOf(values));
      }
      return this.#other;
    }
    const kept = values.map(copyOf);
    let node = this.#root;
    for (const value of kept) {
      const next: Node<Series> = node.next.get(value) ?? { next: new Map(), series: null };
      node.next.set(value, next);
      node = next;
    }
    node.series = create(this.#labelsOf(kept));
    this.#all.push(node.series);
    return node.series;
  }

  #labelsOf(values: readonly string[]): Labels {
    return Object.freeze(Object.fromEntries(this.#names.map((name, index) => [name, values[index] ?? ''])));
  }
}

/** Cut, and with U+FFFD for what UTF-8 cannot say: two such values would be one when they are printed. */
function storable(value: string): string {
  if (value.length <= LONGEST_VALUE && !LONE_SURROGATE.test(value)) return value;
  return copyOf(value.length <= LONGEST_VALUE ? value : `${value.slice(0, LONGEST_VALUE - 1)}…`);
}

/** A part of a text keeps the whole of it alive; a copy does not. */
function copyOf(value: string): string {
  return Buffer.from(value, 'utf8').toString('utf8');
}

function describeValue(value: unknown): string {
  return value === null || value === undefined ? 'missing' : `a ${typeof value}`;
}
