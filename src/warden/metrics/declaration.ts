/** What every instrument is declared with. */
export interface InstrumentOptions<Name extends string = string> {
  /** Unique in its registry: letters, digits and `_`, as in `dex_requests_total`. A counter's ends in `_total`, no other's does. */
  readonly name: string;
  /** One sentence for whoever reads the figure. */
  readonly help: string;
  /** Unit of the values, a word that the name ends with (before `_total`), as `seconds`, `bytes`, `ratio`. Default: none. */
  readonly unit?: string | undefined;
  /** Names of the labels; each call then gives a value to each of them. Default: none. */
  readonly labels?: readonly Name[] | undefined;
  /** The most label combinations that are told apart, from 1 to 10,000. Default: the registry's. */
  readonly maxSeries?: number | undefined;
}

export type InstrumentKind = 'counter' | 'gauge' | 'histogram';

/** A checked declaration, with nothing left open. */
export interface Declaration {
  readonly kind: InstrumentKind;
  readonly name: string;
  readonly help: string;
  readonly unit: string | null;
  readonly labels: readonly string[];
  readonly maxSeries: number;
}

/** Metric names may hold a `:` too, which Prometheus keeps for the names of recording rules. */
const NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const UNIT = /^[a-z][a-z0-9_]*$/;
const MOST_LABELS = 16;
const MOST_SERIES = 10_000;
/** What the text format adds to a histogram's name: another instrument of that name would be taken for a part of it. */
const SUFFIXES_OF_PARTS = ['_bucket', '_sum', '_count'];

/**
 * Fills in what was left open.
 * @throws RangeError that names the option, its value and what is allowed.
 */
export function checkDeclaration(
  kind: InstrumentKind,
  options: InstrumentOptions,
  defaultMaxSeries: number,
): Declaration {
  const { name, help, unit = null, labels = [], maxSeries = defaultMaxSeries } = options;
  checkName(kind, name);
  if (typeof help !== 'string' || help.trim() === '')
    throw new RangeError(`${name}: help must be a sentence, not empty`);
  if (unit !== null) checkUnit(kind, name, unit);
  checkLabels(kind, name, labels);
  checkMaxSeries(`${name}: maxSeries`, maxSeries);
  return { kind, name, help, unit, labels: [...labels], maxSeries };
}

/** @throws RangeError unless it is a whole number from 1 to 10,000. */
export function checkMaxSeries(what: string, maxSeries: number): void {
  if (!Number.isInteger(maxSeries) || maxSeries < 1 || maxSeries > MOST_SERIES)
    throw new RangeError(`${what} must be a whole number from 1 to ${MOST_SERIES}, not ${maxSeries}`);
}

/** The first part in which two declarations differ, in words; null when they are the same. */
export function differenceOf(was: Declaration, is: Declaration): string | null {
  const inWords = (value: Declaration): [string, string][] => [
    ['kind', value.kind],
    ['help', value.help],
    ['unit', value.unit ?? 'none'],
    // Values come by name, so their order says nothing.
    ['labels', value.labels.toSorted().join(', ') || 'none'],
    ['maxSeries', String(value.maxSeries)],
  ];
  const asked = inWords(is);
  for (const [index, [part, before]] of inWords(was).entries()) {
    const now = asked[index]?.[1];
    if (now !== before) return `its ${part} was "${before}" and is "${now}" now`;
  }
  return null;
}

function checkName(kind: InstrumentKind, name: string): void {
  if (typeof name !== 'string' || !NAME.test(name))
    throw new RangeError(`name must be letters, digits and "_" and begin with no digit, not "${name}"`);
  if ((kind === 'counter') !== name.endsWith('_total'))
    throw new RangeError(
      kind === 'counter'
        ? `name of a counter must end in "_total", not "${name}"`
        : `name of a ${kind} must not end in "_total", which tells counters: "${name}"`,
    );
  const suffix = SUFFIXES_OF_PARTS.find((part) => name.endsWith(part));
  if (suffix !== undefined)
    throw new RangeError(`name must not end in "${suffix}", which tells the parts of histograms: "${name}"`);
}

function checkUnit(kind: InstrumentKind, name: string, unit: string): void {
  if (typeof unit !== 'string' || !UNIT.test(unit))
    throw new RangeError(`${name}: unit must be a word in lower case, as "seconds", not "${unit}"`);
  const ending = kind === 'counter' ? `_${unit}_total` : `_${unit}`;
  if (!name.endsWith(ending))
    throw new RangeError(`${name}: name must end in "${ending}", since its unit is ${unit}`);
}

function checkLabels(kind: InstrumentKind, name: string, labels: readonly string[]): void {
  if (!Array.isArray(labels) || labels.length > MOST_LABELS)
    throw new RangeError(`${name}: labels must be a list of at most ${MOST_LABELS} names`);
  for (const [index, label] of labels.entries()) {
    if (typeof label !== 'string' || !NAME.test(label) || label.startsWith('__'))
      throw new RangeError(
        `${name}: a label must be letters, digits and "_" and begin with no digit and no "__", not "${label}"`,
      );
    if (kind === 'histogram' && label === 'le')
      throw new RangeError(`${name}: the label "le" of a histogram is the limit of its buckets`);
    if (labels.indexOf(label) !== index) throw new RangeError(`${name}: label "${label}" is named twice`);
  }
}
