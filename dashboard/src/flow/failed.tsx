import { Button } from '@mantine/core';
import { useState } from 'react';
import type { CheckStep, FailedActivation } from '../../../src/contract/index.ts';
import { useFailed } from '../api/flow-queries.ts';
import { EmptyNotice, ErrorNotice } from '../common/notice.tsx';
import { Prose } from '../common/prose.tsx';
import { Section } from '../common/section.tsx';
import { StepValues } from '../common/step-values.tsx';
import { TableSkeleton } from '../common/table-skeleton.tsx';
import { TokenName } from '../common/token-name.tsx';
import { usePhone } from '../common/use-phone.ts';
import { count } from '../format.ts';
import { Link } from '../routing/link.tsx';
import { tokenPath } from '../routing/router.ts';
import { RelativeTime } from '../time/relative-time.tsx';
import styles from './list.module.css';

/** Rows at first, and as many more at each wish; the service gives at most 500. */
const STEP = { phone: 5, wide: 10 };
const MOST = 500;

/** The tokens whose last check failed, newest first, and what the other endpoint says of them. */
export function Failed() {
  const phone = usePhone();
  const step = phone ? STEP.phone : STEP.wide;
  const [more, setMore] = useState(0);
  const limit = Math.min(MOST, step + more);
  const { data, error, isFetching, isPlaceholderData, refetch } = useFailed(limit);
  const shown = data?.items.length ?? 0;
  return (
    <Section title="Recent failed activations" fold>
      {!data && !error && <TableSkeleton />}
      {!data && error && (
        <ErrorNotice
          what="the failed activations"
          error={error}
          retrying={isFetching}
          onRetry={() => void refetch()}
        />
      )}
      {data?.items.length === 0 && (
        <EmptyNotice title="No activation has failed">
          Each token whose last check failed is listed here with the step that failed, and with what the other
          endpoint of DexScreener says of its pools.
        </EmptyNotice>
      )}
      {data && shown > 0 && (
        <>
          {phone ? <Cards items={data.items} /> : <Table items={data.items} />}
          <div className={styles.foot}>
            <span role="status">The newest {count(shown)}</span>
            {shown >= limit && limit < MOST && (
              <Button
                variant="default"
                className={styles.button}
                loading={isPlaceholderData}
                onClick={() => setMore(more + 2 * step)}
              >
                Show more
              </Button>
            )}
          </div>
        </>
      )}
    </Section>
  );
}

function Table({ items }: { readonly items: readonly FailedActivation[] }) {
  return (
    <table className={styles.table} aria-label="Recent failed activations">
      <thead>
        <tr>
          <th scope="col">Token</th>
          <th scope="col" className={styles.time}>
            Checked
          </th>
          <th scope="col">Step that failed</th>
          <th scope="col">Why</th>
          <th scope="col">The other endpoint</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.mint} data-mint={item.mint}>
            <th scope="row" className={styles.token}>
              <Link href={tokenPath(item.mint)} className={styles.link}>
                <TokenName symbol={item.symbol} name={null} mint={item.mint} />
              </Link>
            </th>
            <td className={`${styles.time} ${styles.tight}`}>
              <RelativeTime at={item.at} />
            </td>
            <td className={styles.step}>
              <Step steps={item.steps} />
            </td>
            <td className={styles.why}>
              <Reason steps={item.steps} />
            </td>
            <td className={styles.why}>
              {item.verification ? (
                <p className={styles.sentence}>
                  <Prose text={item.verification.sentence} />
                </p>
              ) : (
                'not asked'
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cards({ items }: { readonly items: readonly FailedActivation[] }) {
  return (
    <ul aria-label="Recent failed activations">
      {items.map((item) => (
        <li key={item.mint} className={styles.card} data-mint={item.mint}>
          <Link href={tokenPath(item.mint)} className={styles.cardHead}>
            <TokenName symbol={item.symbol} name={null} mint={item.mint} />
            <RelativeTime at={item.at} />
          </Link>
          <p>
            <Step steps={item.steps} />
          </p>
          <div className={styles.why}>
            <Reason steps={item.steps} />
          </div>
          {item.verification && (
            <p className={styles.meta}>
              <span>
                <Prose text={item.verification.sentence} />
              </span>
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

/** The first step that failed decides; the token's page has the others. */
function Step({ steps }: { readonly steps: readonly CheckStep[] }) {
  const [first, ...others] = steps.filter((step) => !step.passed);
  if (!first) return <>none</>;
  return (
    <>
      <StepValues step={first} />
      {others.length > 0 && <span className={styles.others}>; {others.length} more fail</span>}
    </>
  );
}

function Reason({ steps }: { readonly steps: readonly CheckStep[] }) {
  const first = steps.find((step) => !step.passed);
  return first ? (
    <p className={styles.sentence}>
      <Prose text={first.reason} />
    </p>
  ) : null;
}
