import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Frames that were written by hand. */
const SESSION = fileURLToPath(new URL('../../../../test/fixtures/pumpportal/session.jsonl', import.meta.url));
/** Frames of the real stream, where somebody has put them beside the project. */
const RECORDED = fileURLToPath(
  new URL('../../../../../shared/data/pumpportal/jouleka_session1.jsonl', import.meta.url),
);

/** The frames of a file of recorded lines, as they came. */
function framesIn(file: string): readonly string[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { raw: string }).raw);
}

export const sessionFrames = (): readonly string[] => framesIn(SESSION);

/** Undefined where there is no recording. */
export const recordedFrames = (): readonly string[] | undefined =>
  existsSync(RECORDED) ? framesIn(RECORDED) : undefined;
