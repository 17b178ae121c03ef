export { createApiClient, type ApiClient, type ServiceAddress } from './api-client.ts';
export { dataFolder } from './data-folder.ts';
export { readInstance, removeInstance, writeInstance } from './instance.ts';
export { VERSION } from './version.ts';
