import type { TokenSort } from '../../../src/contract/index.ts';
import { DownIcon, UpIcon } from '../common/icons.tsx';
import type { Column } from './columns.tsx';
import { isDescending, nextSort, sortKey } from './filter.ts';
import styles from './token-table.module.css';

interface Props {
  readonly column: Column;
  readonly sort: TokenSort;
  readonly onSort: (sort: TokenSort) => void;
}

export function SortHeader({ column, sort, onSort }: Props) {
  const { title, unit, sort: key } = column;
  const className = `${column.number ? styles.number : ''} ${column.className ?? ''}`;
  const text = (
    <>
      {title}
      {unit && <span className={styles.unit}> {unit}</span>}
    </>
  );
  if (!key) {
    return (
      <th scope="col" className={className}>
        {text}
      </th>
    );
  }
  const mine = sortKey(sort) === key;
  const down = isDescending(sort);
  return (
    <th scope="col" className={className} aria-sort={mine ? (down ? 'descending' : 'ascending') : 'none'}>
      <button type="button" className={styles.sort} onClick={() => onSort(nextSort(sort, key))}>
        <span>{text}</span>
        <span className={styles.arrow} data-on={mine}>
          {mine && !down ? <UpIcon /> : <DownIcon />}
        </span>
      </button>
    </th>
  );
}
