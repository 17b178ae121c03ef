import { processEnvironment, type Environment } from '../warden/config/index.ts';

/** The data folder: by flag, by MOONWARDEN_DATA, or `./data`. */
export function dataFolder(
  flag: string | undefined,
  environment: Environment = processEnvironment(),
): string {
  return flag ?? environment['MOONWARDEN_DATA'] ?? './data';
}
