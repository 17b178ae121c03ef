import { NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import type { TokenSort } from '../../../src/contract/index.ts';
import { SearchIcon } from '../common/icons.tsx';
import { usePhone } from '../common/use-phone.ts';
import type { TokenFilter } from './filter.ts';
import styles from './toolbar.module.css';

interface Props {
  readonly filter: TokenFilter;
  readonly onChange: (filter: TokenFilter) => void;
}

const statuses = [
  { value: 'all', label: 'All' },
  { value: 'active', label: 'Active' },
  { value: 'monitoring', label: 'Monitoring' },
  { value: 'archived', label: 'Archived' },
];

const sorts: { value: TokenSort; label: string }[] = [
  { value: '-score', label: 'Highest score' },
  { value: '-liquidity', label: 'Most liquidity' },
  { value: '-discovered', label: 'Newest' },
  { value: 'discovered', label: 'Oldest' },
  { value: 'refreshed', label: 'Longest not refreshed' },
  { value: 'symbol', label: 'Symbol' },
];

export function Toolbar({ filter, onChange }: Props) {
  const phone = usePhone();
  return (
    <>
      <TextInput
        className={styles.search}
        type="search"
        aria-label="Search tokens"
        placeholder="Symbol, name or mint"
        leftSection={<SearchIcon />}
        maxLength={100}
        value={filter.q}
        onChange={(event) => onChange({ ...filter, q: event.currentTarget.value })}
      />
      <SegmentedControl
        data={statuses}
        value={filter.status}
        onChange={(status) => onChange({ ...filter, status: status as TokenFilter['status'] })}
        aria-label="Status"
        fullWidth={phone}
      />
      {phone && (
        <NativeSelect
          aria-label="Order"
          data={sorts}
          value={filter.sort}
          onChange={(event) => onChange({ ...filter, sort: event.currentTarget.value as TokenSort })}
        />
      )}
    </>
  );
}
