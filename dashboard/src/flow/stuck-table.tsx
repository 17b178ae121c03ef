import { memo } from 'react';
import type { StuckToken } from '../../../src/contract/index.ts';
import { Fault } from '../common/fault.tsx';
import { Prose } from '../common/prose.tsx';
import { StepValues } from '../common/step-values.tsx';
import { TokenName } from '../common/token-name.tsx';
import { Link } from '../routing/link.tsx';
import { tokenPath } from '../routing/router.ts';
import { Lasting } from '../time/lasting.tsx';
import { RelativeTime } from '../time/relative-time.tsx';
import styles from './list.module.css';

export function StuckTable({ rows }: { readonly rows: readonly StuckToken[] }) {
  return (
    <table className={styles.table} aria-label="Stuck tokens">
      <thead>
        <tr>
          <th scope="col">Token</th>
          <th scope="col">Whose fault</th>
          <th scope="col">Why</th>
          <th scope="col">Step that fails</th>
          <th scope="col" className={styles.time}>
            Waits for
          </th>
          <th scope="col" className={`${styles.time} ${styles.wide}`}>
            Fails for
          </th>
          <th scope="col" className={`${styles.time} ${styles.wide}`}>
            Last check
          </th>
          <th scope="col" className={styles.time}>
            Next check
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((token) => (
          <Row key={token.mint} token={token} />
        ))}
      </tbody>
    </table>
  );
}

const Row = memo(function Row({ token }: { readonly token: StuckToken }) {
  return (
    <tr data-mint={token.mint} data-kind={token.kind}>
      <th scope="row" className={styles.token}>
        <Link href={tokenPath(token.mint)} className={styles.link}>
          <TokenName symbol={token.symbol} name={null} mint={token.mint} />
        </Link>
      </th>
      <td className={styles.tight}>
        <Fault token={token} />
      </td>
      <td className={styles.why}>
        <p className={styles.sentence}>
          <Prose text={token.sentence} />
        </p>
      </td>
      <td className={styles.step}>
        {token.step ? (
          <StepValues step={token.step} />
        ) : token.lastCheckedAt === null ? (
          'never checked'
        ) : (
          'none'
        )}
      </td>
      <td className={styles.time}>
        <Lasting since={token.monitoringSince} />
      </td>
      <td className={`${styles.time} ${styles.wide}`}>
        {token.failingSince === null ? '–' : <Lasting since={token.failingSince} />}
      </td>
      <td className={`${styles.time} ${styles.wide}`}>
        <RelativeTime at={token.lastCheckedAt} none="never" />
      </td>
      <td className={styles.time}>
        <RelativeTime at={token.nextCheckAt} none="not planned" ahead />
      </td>
    </tr>
  );
});
