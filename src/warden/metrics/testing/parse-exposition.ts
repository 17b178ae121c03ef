/** What a scraper sees of one series. */
export interface ParsedSeries {
  readonly labels: Record<string, string>;
  readonly value?: number;
  readonly histogram?: { count: number; sum: number; buckets: { le: number; count: number }[] };
}

export interface ParsedFamily {
  readonly name: string;
  readonly kind: string;
  readonly help: string;
  readonly series: ParsedSeries[];
}

interface Line {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly value: number;
}

const NUMBER = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]Inf|NaN)$/;
const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/;

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
}

function parseNumber(text: string): number {
  if (!NUMBER.test(text)) throw new Error(`no number: ${text}`);
  return text.endsWith('Inf') ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
}

function parseLabels(text: string): Record<string, string> {
  const labels: [string, string][] = [];
  for (let rest = text; rest !== '';) {
    const found = LABEL.exec(rest);
    if (found === null) throw new Error(`no labels: ${text}`);
    const [all, name = '', value = '', end] = found;
    if (labels.some(([other]) => other === name)) throw new Error(`label ${name} twice`);
    labels.push([name, unescape(value)]);
    rest = rest.slice(all.length);
    if (end === ',' && rest === '') throw new Error('a comma and no label');
  }
  return Object.fromEntries(labels);
}

function parseLine(text: string): Line {
  const found = new RegExp(`^(${NAME})(?:\\{(.*)\\})? ([^ ]+)$`, 's').exec(text);
  if (found === null) throw new Error(`no sample: ${text}`);
  const [, name = '', labels, value = ''] = found;
  if (labels === '') throw new Error(`empty braces: ${text}`);
  return { name, labels: parseLabels(labels ?? ''), value: parseNumber(value) };
}

/** The buckets, sum and count of one combination, which stand together in this order. */
function parseHistogram(name: string, lines: Line[]): ParsedSeries {
  const buckets: { le: number; count: number }[] = [];
  let line = lines.shift();
  const { le: _, ...labels } = line?.labels ?? {};
  const expectLabels = (found: Line, wanted: Record<string, string>): void => {
    if (JSON.stringify(found.labels) !== JSON.stringify(wanted))
      throw new Error(
        `${name}: labels ${JSON.stringify(found.labels)} in the series of ${JSON.stringify(labels)}`,
      );
  };
  for (; line?.name === `${name}_bucket`; line = lines.shift()) {
    const le = parseNumber(line.labels['le'] ?? '');
    expectLabels(line, { ...labels, le: line.labels['le'] ?? '' });
    const last = buckets.at(-1);
    if (last && (le <= last.le || line.value < last.count)) throw new Error(`${name}: buckets do not rise`);
    buckets.push({ le, count: line.value });
  }
  const [sum, count] = [line, lines.shift()];
  if (sum?.name !== `${name}_sum` || count?.name !== `${name}_count`)
    throw new Error(`${name}: no sum, or no count`);
  expectLabels(sum, labels);
  expectLabels(count, labels);
  const infinite = buckets.pop();
  if (infinite?.le !== Infinity || infinite.count !== count.value)
    throw new Error(`${name}: no bucket of all`);
  return { labels, histogram: { count: count.value, sum: sum.value, buckets } };
}

/**
 * Reads Prometheus's text format 0.0.4 and takes nothing amiss: each family once, with HELP and TYPE, its samples together,
 * each series once, histograms whole.
 */
export function parseExposition(text: string): ParsedFamily[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line does not end');
  const lines = text.split('\n').slice(0, -1);
  const families: ParsedFamily[] = [];
  while (lines.length > 0) {
    const head = new RegExp(`^# HELP (${NAME}) (.*)$`, 's').exec(lines.shift() ?? '');
    const type = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`).exec(lines.shift() ?? '');
    const [, name = '', help = ''] = head ?? [];
    const kind = type?.[2] ?? '';
    if (head === null || type?.[1] !== name) throw new Error('no HELP and TYPE of one name');
    if (/\\(?![\\n])/.test(help.replaceAll('\\\\', ''))) throw new Error(`help of ${name} is not escaped`);
    if (families.some((family) => family.name === name)) throw new Error(`${name} twice`);
    const own: Line[] = [];
    while (lines[0] !== undefined && !lines[0].startsWith('#')) own.push(parseLine(lines.shift() ?? ''));
    const seen = own.map((line) => JSON.stringify([line.name, Object.entries(line.labels).toSorted()]));
    if (new Set(seen).size !== seen.length) throw new Error(`${name}: a series twice`);
    const series: ParsedSeries[] = [];
    while (own.length > 0) {
      if (kind === 'histogram') series.push(parseHistogram(name, own));
      else {
        const { name: itsName, labels, value } = own.shift() as Line;
        if (itsName !== name) throw new Error(`${itsName} in the family of ${name}`);
        series.push({ labels, value });
      }
    }
    families.push({ name, kind, help: unescape(help), series });
  }
  return families;
}
