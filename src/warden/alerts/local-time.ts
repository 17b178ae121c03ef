/** Wall clock as people at one place read it. */
export interface LocalTime {
  /** "14:05 Europe/Berlin", with the date when that is another day than `now`. */
  moment(at: number, now: number): string;
  /** "from 14:05 to 14:17 Europe/Berlin". */
  range(from: number, to: number, now: number): string;
}

const cached = new Map<string, LocalTime>();

/** @param timeZone name of the IANA database; UTC stands in for one that is not known. */
export function localTime(timeZone: string): LocalTime {
  const known = cached.get(timeZone);
  if (known) return known;
  const made = create(timeZone);
  cached.set(timeZone, made);
  return made;
}

function create(wanted: string): LocalTime {
  const timeZone = isZone(wanted) ? wanted : 'UTC';
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const partsOf = (at: number) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const of = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
    return {
      day: `${of('day')} ${of('month').slice(0, 3)}`,
      year: of('year'),
      time: `${of('hour')}:${of('minute')}`,
    };
  };
  const withoutZone = (at: number, now: number): string => {
    if (!isDate(at)) return 'an unknown time';
    const one = partsOf(at);
    const today = partsOf(isDate(now) ? now : at);
    if (one.year !== today.year) return `${one.day} ${one.year} ${one.time}`;
    return one.day === today.day ? one.time : `${one.day} ${one.time}`;
  };
  return {
    moment: (at, now) => `${withoutZone(at, now)} ${timeZone}`,
    range: (from, to, now) =>
      // Beside another day today is named, too.
      `from ${withoutZone(from, to)} to ${withoutZone(to, withoutZone(from, to).includes(' ') ? from : now)} ${timeZone}`,
  };
}

const isDate = (at: number): boolean => Number.isFinite(at) && Math.abs(at) <= 8.64e15;

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
