import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { MoonwardenError, describeError, type Fault } from '../../kernel/index.ts';

/**
 * Reads a JSON file that a person wrote.
 * @throws MoonwardenError FILE_UNREADABLE; WORLD_INVALID with the path of each fault and what is wrong.
 */
export function readJsonFile<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new MoonwardenError('FILE_UNREADABLE', `cannot read ${file}: ${describeError(error)}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new MoonwardenError('WORLD_INVALID', `${file} is not valid JSON: ${describeError(error)}`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => faultsOf(issue, []));
  throw invalid(file, faults);
}

/** @returns the error for faults found in a file after it was read. */
export function invalid(file: string, faults: readonly Fault[]): MoonwardenError {
  const what = faults.length === 1 ? '1 value is' : `${faults.length} values are`;
  return new MoonwardenError('WORLD_INVALID', `${file}: ${what} not valid`, { faults });
}

function faultsOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): Fault[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // Of several forms the one that was most likely meant is the one with the fewest faults.
    const [meant = []] = [...issue.errors].sort((a, b) => weight(a) - weight(b));
    return meant.flatMap((inner) => faultsOf(inner, path));
  }
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: pathText([...path, key]), message: 'is not known' }));
  return [{ path: pathText(path), message: issue.message }];
}

/** A fault deep inside is nearer to what was meant than one at the top. */
const weight = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.reduce((sum, { path, code }) => sum + (path.length > 0 || code === 'unrecognized_keys' ? 1 : 10), 0);

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    '',
  ) || '(the file)';
