import type { Overview } from '../../../src/contract/index.ts';
import { Section } from '../common/section.tsx';
import { count, plural, words } from '../format.ts';
import { RelativeTime } from '../time/relative-time.tsx';
import { PushLine } from './push-line.tsx';
import styles from './sources.module.css';

export function Feeds({ feeds }: { readonly feeds: Overview['feeds'] }) {
  return (
    <Section title="Discovery feeds" fold note={feeds.length > 0 ? plural(feeds.length, 'feed') : 'none'}>
      {feeds.length === 0 ? (
        <p className={styles.empty}>No feed is on. Tokens come by import alone until one is.</p>
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Feed</th>
              <th scope="col">Last</th>
              <th scope="col">Found</th>
              <th scope="col">Known</th>
              <th scope="col">Refused</th>
            </tr>
          </thead>
          <tbody>
            {feeds.map((feed) => (
              <tr key={feed.name}>
                <th scope="row">
                  {words(feed.name)}
                  {feed.push && <PushLine push={feed.push} />}
                </th>
                <td>
                  <RelativeTime at={feed.lastAt} none="never" />
                </td>
                <td>{count(feed.found)}</td>
                <td>{count(feed.duplicates)}</td>
                <td>{count(feed.rejected)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
