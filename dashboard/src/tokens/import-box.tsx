import { Button, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import type { TokenImport, TokenImportResult } from '../../../src/contract/index.ts';
import { request, RequestError } from '../api/http.ts';
import { keys } from '../api/keys.ts';
import { paths } from '../api/paths.ts';
import { plural } from '../format.ts';
import { ImportResult } from './import-result.tsx';
import { parseMints } from './parse-mints.ts';
import styles from './import-box.module.css';

const MOST = 10_000;

/** Mints by hand: says how many it will add before it does, and what became of each. */
export function ImportBox({ onClose }: { readonly onClose: (() => void) | undefined }) {
  const [text, setText] = useState('');
  const client = useQueryClient();
  const mints = parseMints(text);
  const tooMany = mints.length > MOST;
  const add = useMutation({
    mutationFn: (body: TokenImport) => request<TokenImportResult>(paths.tokens, { body }),
    onSuccess: () => {
      setText('');
      void client.invalidateQueries({ queryKey: keys.tables });
      void client.invalidateQueries({ queryKey: keys.overview });
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (mints.length > 0 && !tooMany) add.mutate({ mints });
  };
  const failure =
    add.error && `${add.error.message} ${add.error instanceof RequestError ? add.error.todo : ''}`;
  return (
    <form className={styles.box} onSubmit={submit} aria-label="Add tokens">
      <Textarea
        label="Mints to watch"
        description="One a line, or as a list with commas. Each must be a Solana mint; what is known already is counted and left alone."
        placeholder="DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263"
        rows={4}
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={tooMany ? `At most ${plural(MOST, 'mint')} at once.` : failure}
        classNames={{ input: styles.input }}
      />
      <div className={styles.actions}>
        <Button
          type="submit"
          className={styles.button}
          disabled={mints.length === 0 || tooMany}
          loading={add.isPending}
        >
          {mints.length === 0 ? 'Add tokens' : `Add ${plural(mints.length, 'token')}`}
        </Button>
        {onClose && (
          <Button variant="subtle" className={styles.button} onClick={onClose}>
            Close
          </Button>
        )}
      </div>
      <div role="status">{add.data && <ImportResult result={add.data} />}</div>
    </form>
  );
}
