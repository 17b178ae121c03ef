import { Button } from '@mantine/core';
import type { Session } from '../../../src/contract/index.ts';
import { request } from '../api/http.ts';
import { paths } from '../api/paths.ts';
import { Link } from '../routing/link.tsx';
import { flowPath, jobsPath, resourcesPath, useRoute } from '../routing/router.ts';
import { SchemeToggle } from './scheme-toggle.tsx';
import styles from './header.module.css';

export function Header({ session }: { readonly session: Session | undefined }) {
  const { page } = useRoute();
  const leave = async (): Promise<void> => {
    await request(paths.logout, { body: {} }).catch(() => undefined);
    window.location.assign('/');
  };
  return (
    <header className={styles.header}>
      <div className={styles.inner}>
        <Link href="/" className={styles.brand}>
          <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden>
            <path d="M17 12.6A7.6 7.6 0 0 1 7.4 3 7.6 7.6 0 1 0 17 12.6z" fill="currentColor" />
          </svg>
          <span className={styles.brandName}>Moonwarden</span>
        </Link>
        <nav className={styles.nav} aria-label="Site">
          <Link className={styles.link} href={flowPath} aria-current={page === 'flow' ? 'page' : undefined}>
            Flow
          </Link>
          <Link className={styles.link} href={jobsPath} aria-current={page === 'jobs' ? 'page' : undefined}>
            Jobs
          </Link>
          <Link
            className={styles.link}
            href={resourcesPath}
            aria-current={page === 'resources' ? 'page' : undefined}
          >
            Resources
          </Link>
          <a className={`${styles.link} ${styles.docs}`} href={paths.docs}>
            API
          </a>
          {session?.via === 'cookie' && (
            <Button variant="subtle" size="compact-sm" className={styles.button} onClick={() => void leave()}>
              Log out
            </Button>
          )}
          <SchemeToggle />
        </nav>
      </div>
    </header>
  );
}
