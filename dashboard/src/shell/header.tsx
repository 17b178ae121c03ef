import { Button } from '@mantine/core';
import type { Session } from '../../../src/contract/index.ts';
import { request } from '../api/http.ts';
import { paths } from '../api/paths.ts';
import { Link } from '../routing/link.tsx';
import {
  configurationPath,
  flowPath,
  healthPath,
  jobsPath,
  resourcesPath,
  useRoute,
} from '../routing/router.ts';
import { SchemeToggle } from './scheme-toggle.tsx';
import styles from './header.module.css';

const PAGES = [
  ['health', healthPath, 'Health'],
  ['flow', flowPath, 'Flow'],
  ['jobs', jobsPath, 'Jobs'],
  ['resources', resourcesPath, 'Resources'],
  ['configuration', configurationPath, 'Config'],
] as const;

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
          {PAGES.map(([name, href, title]) => (
            <Link
              key={name}
              className={styles.link}
              href={href}
              aria-current={page === name ? 'page' : undefined}
            >
              {title}
            </Link>
          ))}
          <a className={`${styles.link} ${styles.docs}`} href={paths.docs}>
            API
          </a>
        </nav>
        <div className={styles.controls}>
          {session?.via === 'cookie' && (
            <Button variant="subtle" size="compact-sm" className={styles.button} onClick={() => void leave()}>
              Log out
            </Button>
          )}
          <SchemeToggle />
        </div>
      </div>
    </header>
  );
}
