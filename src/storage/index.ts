export { openAlertStore } from './sqlite/alert-store.ts';
export { storeRetentionDefaults } from './sqlite/aging.ts';
export { listBackups, type BackupFile } from './sqlite/backup-files.ts';
export { backupFolderOf, type Backups } from './sqlite/backups.ts';
export { inspectDatabase, type DatabaseContent } from './sqlite/inspect.ts';
export { backupStopped, restoreStopped } from './sqlite/offline.ts';
export { openSqliteStore, type SqliteStore } from './sqlite/store.ts';
