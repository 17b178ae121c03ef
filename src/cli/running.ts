import { z } from 'zod';
import {
  createApiClient,
  dataFolder,
  readInstance,
  type ApiClient,
  type ServiceAddress,
} from '../client/index.ts';
import { paths } from '../contract/index.ts';
import { MoonwardenError } from '../kernel/index.ts';

/** A service that runs on the data folder, or at the address that was named; null when the folder is free. */
export async function runningService(flags: ServiceAddress): Promise<ApiClient | null> {
  const client = createApiClient(flags);
  if (client.named) return client;
  if (readInstance(dataFolder(flags.data)) === null) return null;
  try {
    await client.call('GET', paths.live, z.unknown());
    return client;
  } catch (error) {
    // Written down by an instance that died: the folder is free, and its lock says so if it is not.
    if (error instanceof MoonwardenError && error.code === 'SERVICE_UNREACHABLE') return null;
    throw error;
  }
}
