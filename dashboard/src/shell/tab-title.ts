import { useEffect } from 'react';
import type { HealthStatus } from '../../../src/contract/index.ts';
import { useOverview } from '../api/queries.ts';
import { useStaleSince } from '../live/connection.ts';
import { useRoute } from '../routing/router.ts';
import critical from './icons/critical.svg';
import degraded from './icons/degraded.svg';
import healthy from './icons/healthy.svg';
import unknown from './icons/unknown.svg';

const icons: Record<HealthStatus, string> = { healthy, degraded, critical, unknown };

/** The state of the service as the shape in the browser's tab and the first word of its title. */
export function useTabTitle(): void {
  const overview = useOverview();
  const stale = useStaleSince() !== undefined;
  const state = stale || overview.isError ? 'unknown' : (overview.data?.status ?? 'unknown');
  const known = overview.data !== undefined && !stale;
  const isOverview = useRoute().page === 'overview';
  useEffect(() => {
    // Other pages have their own names.
    if (isOverview)
      document.title = known
        ? `${state.charAt(0).toUpperCase()}${state.slice(1)} · Moonwarden`
        : 'Moonwarden';
    document.querySelector('link[rel=icon]')?.setAttribute('href', icons[state]);
  }, [isOverview, known, state]);
}
