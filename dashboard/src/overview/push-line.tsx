import type { PushFeedState } from '../../../src/contract/index.ts';
import { count, plural } from '../format.ts';
import { Lasting } from '../time/lasting.tsx';
import { RelativeTime } from '../time/relative-time.tsx';
import styles from './sources.module.css';

/** How it is with the connection of a feed that tells by itself. */
export function PushLine({ push }: { readonly push: PushFeedState }) {
  const { state, since, lastFrameAt, lastError, gap, overflow } = push;
  return (
    <div className={styles.push}>
      {state === 'live' ? (
        <p>
          Live for <Lasting since={since} />, last told <RelativeTime at={lastFrameAt} none="nothing yet" />
        </p>
      ) : (
        <p title={lastError ?? undefined}>
          {state === 'stopped' ? 'Stopped' : 'Not connected'} for <Lasting since={since} />
          {lastError !== null && `: ${lastError}`}
        </p>
      )}
      {gap !== null && (
        <p>
          {gap.to === null
            ? 'It may be missing tokens since '
            : 'The other feeds are asked for what it missed since '}
          <RelativeTime at={gap.from} />
        </p>
      )}
      {overflow > 0 && (
        <p>
          {plural(overflow, 'token')} lost: {count(push.waiting)} wait to be stored
        </p>
      )}
    </div>
  );
}
