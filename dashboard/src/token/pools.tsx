import type { PoolVerdict } from '../../../src/contract/index.ts';
import { EmptyNotice } from '../common/notice.tsx';
import { Mint } from '../common/mint.tsx';
import { Prose } from '../common/prose.tsx';
import { Section } from '../common/section.tsx';
import { usePhone } from '../common/use-phone.ts';
import { compact, exact, plural, strangerText } from '../format.ts';
import styles from './pools.module.css';

const counted: Record<PoolVerdict['counts'], string> = {
  pump: 'Pump pool',
  external: 'External pool',
  no: 'Not counted',
};

/** Each pool, how it counts for activation, and why. */
export function Pools({ pools }: { readonly pools: readonly PoolVerdict[] }) {
  const phone = usePhone();
  return (
    <Section title="Pools" note={plural(pools.length, 'pool')} fold={pools.length > 0}>
      {pools.length === 0 ? (
        <EmptyNotice title="No pools known">
          The next full read of the token lists its pools here, each with how it counts for activation.
        </EmptyNotice>
      ) : phone ? (
        <ul>{pools.map(card)}</ul>
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">DEX</th>
              <th scope="col">Address</th>
              <th scope="col">Quote</th>
              <th scope="col" className={styles.number}>
                Liquidity USD
              </th>
              <th scope="col" className={styles.number}>
                Volume 24 h USD
              </th>
              <th scope="col">Counts as</th>
              <th scope="col" className={styles.why}>
                Why
              </th>
            </tr>
          </thead>
          <tbody>{pools.map(row)}</tbody>
        </table>
      )}
    </Section>
  );
}

function row(pool: PoolVerdict) {
  return (
    <tr key={pool.pairAddress} data-counts={pool.counts}>
      <th scope="row">
        <bdi className={styles.dex}>{dexName(pool)}</bdi>
      </th>
      <td>
        <Mint mint={pool.pairAddress} what="pool address" />
      </td>
      <td title={pool.quoteMint}>
        <bdi className={styles.dex}>{strangerText(pool.quoteSymbol, 16)}</bdi>
      </td>
      <td className={styles.number} title={exact(pool.liquidityUsd)}>
        {compact(pool.liquidityUsd)}
      </td>
      <td className={styles.number} title={exact(pool.volume24hUsd)}>
        {compact(pool.volume24hUsd)}
      </td>
      <td className={styles.counts}>{counted[pool.counts]}</td>
      <td className={styles.why}>
        <Prose text={pool.reason} />
      </td>
    </tr>
  );
}

/** On a phone: how it counts and its liquidity decide. */
function card(pool: PoolVerdict) {
  return (
    <li key={pool.pairAddress} className={styles.card} data-counts={pool.counts}>
      <span>
        <bdi className={styles.dex}>{dexName(pool)}</bdi>{' '}
        <span className={styles.dim}>
          in <bdi>{strangerText(pool.quoteSymbol, 16)}</bdi>
        </span>
      </span>
      <span className={styles.number}>{compact(pool.liquidityUsd)} USD</span>
      <span className={styles.cardWhy}>
        <span className={styles.counts}>{counted[pool.counts]}.</span> <Prose text={pool.reason} />
      </span>
    </li>
  );
}

function dexName(pool: PoolVerdict): string {
  return strangerText([pool.dex, ...pool.labels].join(' '), 32);
}
