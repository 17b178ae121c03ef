import type { SystemFiles } from '../system-files.ts';

/** A machine made of texts by path; what is asked of its disks is answered from `disk`. */
export function fakeFiles(
  texts: Record<string, string>,
  disk: Partial<Pick<SystemFiles, 'countEntries' | 'fileSystem' | 'deviceOf'>> = {},
): SystemFiles {
  const missing = (): Promise<never> => Promise.reject(new Error('ENOENT: there is no such path'));
  return {
    readText: (path) => texts[path] ?? null,
    countEntries: missing,
    fileSystem: missing,
    deviceOf: missing,
    ...disk,
  };
}
