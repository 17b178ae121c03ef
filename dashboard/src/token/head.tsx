import type { TokenDetail } from '../../../src/contract/index.ts';
import { Changed } from '../common/changed.tsx';
import { Mint } from '../common/mint.tsx';
import { Prose } from '../common/prose.tsx';
import { inSentence, shortMint, strangerText, words } from '../format.ts';
import { Lasting } from '../time/lasting.tsx';
import { RelativeTime } from '../time/relative-time.tsx';
import { Quality } from './quality.tsx';
import { ReadNow } from './read-now.tsx';
import styles from './head.module.css';

/** Which token, where it stands, and what it waits for. */
export function Head({ token }: { readonly token: TokenDetail }) {
  const symbol = strangerText(token.symbol, 32);
  const name = strangerText(token.name, 80);
  return (
    <header className={styles.head}>
      <div className={styles.names}>
        <h1 className={styles.title} tabIndex={-1} data-page-heading>
          <bdi>{symbol || name || shortMint(token.mint)}</bdi>
          {symbol && name && name !== symbol && (
            <>
              {' '}
              <bdi className={styles.name}>{name}</bdi>
            </>
          )}
        </h1>
        <Mint mint={token.mint} whole />
      </div>
      <p className={styles.explanation}>
        <Prose text={token.explanation} />
      </p>
      <ReadNow mint={token.mint} />
      <dl className={styles.facts}>
        <div>
          <dt>Status</dt>
          <dd>
            <strong>
              <Changed text={words(token.status)} />
            </strong>{' '}
            for <Lasting since={token.statusSince} />
          </dd>
        </div>
        <div>
          <dt>Group</dt>
          <dd>{words(token.group)}</dd>
        </div>
        <div>
          <dt>Discovered</dt>
          <dd>
            <RelativeTime at={token.discoveredAt} /> by {inSentence(token.discoveredBy)}
          </dd>
        </div>
        <div>
          <dt>Refreshed</dt>
          <dd>
            <RelativeTime at={token.refreshedAt} none="not yet" />
          </dd>
        </div>
        <div>
          <dt>Data</dt>
          <dd>
            <Quality quality={token.quality} />
          </dd>
        </div>
        <div>
          <dt>Next refresh</dt>
          <dd>
            <RelativeTime at={token.nextRefreshAt} none="not planned" ahead />
          </dd>
        </div>
        <div>
          <dt>Next check</dt>
          <dd>
            <RelativeTime at={token.nextCheckAt} none="not planned" ahead />
          </dd>
        </div>
      </dl>
    </header>
  );
}
