import { memo } from 'react';
import type { TokenSort, TokenSummary } from '../../../src/contract/index.ts';
import { columns } from './columns.tsx';
import { SortHeader } from './sort-header.tsx';
import styles from './token-table.module.css';

interface Props {
  readonly rows: readonly TokenSummary[];
  readonly sort: TokenSort;
  readonly busy: boolean;
  readonly onSort: (sort: TokenSort) => void;
}

export function TokenTable({ rows, sort, busy, onSort }: Props) {
  return (
    <table className={styles.table} aria-busy={busy} aria-label="Tokens">
      <thead>
        <tr>
          {columns.map((column) => (
            <SortHeader key={column.title} column={column} sort={sort} onSort={onSort} />
          ))}
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

const Row = memo(function Row({ token }: { readonly token: TokenSummary }) {
  return (
    <tr data-mint={token.mint}>
      {columns.map((column, index) => {
        const className = `${column.number ? styles.number : ''} ${column.className ?? ''}`;
        return index === 0 ? (
          <th key={column.title} scope="row" className={className}>
            {column.cell(token)}
          </th>
        ) : (
          <td key={column.title} className={className}>
            {column.cell(token)}
          </td>
        );
      })}
    </tr>
  );
});
