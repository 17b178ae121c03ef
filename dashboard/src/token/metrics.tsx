import type { TokenDetail } from '../../../src/contract/index.ts';
import { Changed } from '../common/changed.tsx';
import { EmptyNotice } from '../common/notice.tsx';
import { Section } from '../common/section.tsx';
import { compact, count, duration, exact, missing, price } from '../format.ts';
import styles from './metrics.module.css';

/** What the last score was computed from. */
export function Metrics({ token }: { readonly token: TokenDetail }) {
  const { metrics } = token;
  if (!metrics) {
    return (
      <Section title="Market" fold>
        <EmptyNotice title="No figures yet">
          They come with the first answer that holds a pool of this token.
        </EmptyNotice>
      </Section>
    );
  }
  const rows: readonly (readonly [string, string, number | null])[] = [
    ['Price, USD', price(token.priceUsd), token.priceUsd],
    ['Liquidity, USD', compact(metrics.liquidityUsd), metrics.liquidityUsd],
    ['Volume in 5 min, USD', compact(metrics.volume5mUsd), metrics.volume5mUsd],
    ['Volume in 1 h, USD', compact(metrics.volume1hUsd), metrics.volume1hUsd],
    ['Trades in 5 min', count(metrics.tx5m), metrics.tx5m],
    ['Trades in 1 h', count(metrics.tx1h), metrics.tx1h],
    ['Buys in 5 min', count(metrics.buys5m), metrics.buys5m],
    ['Sells in 5 min', count(metrics.sells5m), metrics.sells5m],
    ['Age', metrics.ageHours === null ? missing : duration(metrics.ageHours * 3_600_000), metrics.ageHours],
    ['Pools', count(metrics.pools), metrics.pools],
  ];
  return (
    <Section title="Market" fold note="as the score last saw it">
      <dl className={styles.metrics}>
        {rows.map(([name, text, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Changed text={text} title={exact(value)} />
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
