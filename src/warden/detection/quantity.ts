const BYTES = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** A figure with its unit, in the words of a sentence: "72 %", "14 min", "1.2 GB", "3 tokens". */
export function quantity(value: number, unit: string): string {
  switch (unit) {
    case 'ratio':
      return `${plain(100 * value)} %`;
    case 's':
      return spanOf(1_000 * value);
    case 'ms':
      return Math.abs(value) < 1_000 ? `${plain(value)} ms` : spanOf(value);
    case 'bytes':
      return bytes(value);
    case 'bytes/s':
      return `${bytes(value)} a second`;
    case '1/s':
      return `${plain(value)} a second`;
    case 'count':
    case '':
      return plain(value);
    default:
      return `${plain(value)} ${unit}`;
  }
}

/** A length of time: "0.25 s", "40 s", "14 min", "3.5 h", "4 d". */
export function spanOf(ms: number): string {
  if (Math.abs(ms) < 9_950) return `${plain(ms / 1_000)} s`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.round(ms / 360_000) / 10} h`;
  return `${Math.round(ms / 8_640_000) / 10} d`;
}

/** Three digits, or all of a whole number: "0.123", "12.3", "12,345". */
export function plain(value: number): string {
  const rounded = Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
  if (Math.abs(rounded) < 1_000 || !Number.isSafeInteger(rounded)) return String(rounded);
  return String(rounded).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

function bytes(value: number): string {
  const place = Math.min(BYTES.length - 1, Math.max(0, Math.floor(Math.log10(Math.abs(value) || 1) / 3)));
  return `${plain(value / 1_000 ** place)} ${BYTES[place]}`;
}
