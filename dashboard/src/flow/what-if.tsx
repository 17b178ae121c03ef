import type { FlowReport } from '../../../src/contract/index.ts';
import { EmptyNotice } from '../common/notice.tsx';
import { Section } from '../common/section.tsx';
import { count, percent } from '../format.ts';
import styles from './what-if.module.css';

/** What other limits would have done, by the checks that were made. */
export function WhatIf({ rows }: { readonly rows: FlowReport['whatIf'] }) {
  return (
    <Section title="With another limit of liquidity" fold>
      {rows.length === 0 ? (
        <EmptyNotice title="Nothing to compare yet">
          Once checks have failed, this says how many tokens other limits would have activated.
        </EmptyNotice>
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Limit USD</th>
              <th scope="col">Activated</th>
              <th scope="col">Eligible for 1 h</th>
            </tr>
          </thead>
          <tbody>
            {rows
              .toSorted((a, b) => b.minLiquidityUsd - a.minLiquidityUsd)
              .map((row) => (
                <tr key={row.minLiquidityUsd}>
                  <th scope="row">{count(row.minLiquidityUsd)}</th>
                  <td>{change(row.more)}</td>
                  <td>
                    {count(row.kept)}{' '}
                    <span className={styles.share}>
                      {row.more === 0 ? '' : percent(row.kept / Math.abs(row.more))}
                    </span>
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

/** A higher limit keeps some out. */
function change(more: number): string {
  if (more === 0) return 'as many';
  return `${count(Math.abs(more))} ${more > 0 ? 'more' : 'fewer'}`;
}
