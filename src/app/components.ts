import type { Component } from '../warden/health/index.ts';

/** The parts of the service, as health shows them. Rules name what they are about by the first part of their names. */
export const serviceComponents = (source: string): readonly Component[] => [
  { name: 'pipeline', title: 'Token pipeline' },
  { name: 'data', title: 'Freshness of the data', parent: 'pipeline' },
  { name: 'tokens', title: 'Activation and moves', parent: 'pipeline' },
  { name: 'dependencies', title: 'Dependencies' },
  { name: 'source', title: source, parent: 'dependencies' },
  // Tokens that are known are looked after without them.
  { name: 'feeds', title: 'Discovery feeds', parent: 'dependencies', essential: false },
  { name: 'jobs', title: 'Jobs' },
  { name: 'store', title: 'Database' },
  { name: 'backup', title: 'Backups', parent: 'store', essential: false },
  { name: 'resources', title: 'Resources' },
  { name: 'process', title: 'Process', parent: 'resources' },
  { name: 'loop', title: 'Event loop', parent: 'resources' },
  { name: 'host', title: 'Machine', parent: 'resources' },
  { name: 'monitor', title: 'The monitor itself' },
  { name: 'config', title: 'Configuration', parent: 'monitor', essential: false },
];
