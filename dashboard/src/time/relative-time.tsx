import { exactTime, missing, relative } from '../format.ts';
import { useNow } from './now.ts';

interface Props {
  readonly at: number | null;
  readonly none?: string;
  /** A time that is still to come; any other is never shown as later than now. */
  readonly ahead?: boolean;
}

/** "6 s ago", with the exact time on hover. */
export function RelativeTime({ at, none = missing, ahead = false }: Props) {
  const text = useNow((now) =>
    at === null ? none : relative(ahead ? Math.max(at, now) : Math.min(at, now), now),
  );
  if (at === null) return <span>{none}</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at)}>
      {text}
    </time>
  );
}
