import { exactTime, moment } from '../format.ts';
import { useNow } from './now.ts';

/** "14:02", or with its day when that is not today. */
export function Moment({ at }: { readonly at: number }) {
  const text = useNow((now) => moment(at, now));
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at)}>
      {text}
    </time>
  );
}
