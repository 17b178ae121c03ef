import { Button, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { request } from '../api/http.ts';
import { paths } from '../api/paths.ts';
import { SchemeToggle } from './scheme-toggle.tsx';
import styles from './login-page.module.css';

export function LoginPage({ onEntered }: { readonly onEntered: () => void }) {
  const [token, setToken] = useState('');
  const login = useMutation({
    mutationFn: (body: { token: string }) => request(paths.login, { body }),
    onSuccess: onEntered,
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (token.trim()) login.mutate({ token: token.trim() });
  };
  return (
    <main className={styles.page}>
      <form className={styles.form} onSubmit={submit}>
        <svg width="32" height="32" viewBox="0 0 20 20" aria-hidden>
          <path d="M17 12.6A7.6 7.6 0 0 1 7.4 3 7.6 7.6 0 1 0 17 12.6z" fill="currentColor" />
        </svg>
        <div>
          <h1 className={styles.title}>Log in to Moonwarden</h1>
          <p className={styles.help}>
            This service asks for an access token from anyone who is not on its machine.
          </p>
        </div>
        <PasswordInput
          label="Access token"
          autoComplete="current-password"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          error={login.error?.message}
          data-autofocus
          autoFocus
          required
          withAsterisk={false}
        />
        <Button type="submit" loading={login.isPending} fullWidth className={styles.submit}>
          Log in
        </Button>
        <p className={styles.help}>
          No token? On its machine, run <code>moonwarden token create</code>.
        </p>
      </form>
      <div className={styles.toggle}>
        <SchemeToggle />
      </div>
    </main>
  );
}
