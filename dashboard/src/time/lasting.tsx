import { duration, exactTime } from '../format.ts';
import { useNow } from './now.ts';

/** How long something has lasted: "2 h 13 min", with its start on hover. */
export function Lasting({ since }: { readonly since: number }) {
  const text = useNow((now) => duration(now - since));
  return (
    <time dateTime={new Date(since).toISOString()} title={`since ${exactTime(since)}`}>
      {text}
    </time>
  );
}
