import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A script as the debugger tells of it. */
export interface Script {
  readonly url: string;
  readonly sourceMapUrl: string;
}

/** A place, lines and columns from 1. */
interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const LONGEST_MAP_BYTES = 16_000_000;
const LONGEST_NAME = 300;

/** Finds where the code stands that was compiled into a script. Never throws; without a map it is the script itself. */
export function createSourcePositions(
  folder: string,
): (script: Script, line: number, column: number) => Position {
  // The frames of one stack lie in few scripts; more than those of one are not kept.
  let last: { readonly url: string; readonly map: LoadedMap | null } | undefined;
  return (script, line, column) => {
    const own = { file: shownName(script.url, folder), line: line + 1, column: column + 1 };
    if (script.sourceMapUrl === '') return own;
    if (last?.url !== script.url) last = { url: script.url, map: loadMap(script) };
    const { map } = last;
    const entry = map?.map.findEntry(line, column);
    // Empty for a place that no code was compiled into.
    if (!map || !entry || !('originalSource' in entry)) return own;
    const { originalSource, originalLine, originalColumn } = entry;
    return {
      file: shownName(resolved(originalSource, map.base), folder),
      line: originalLine + 1,
      column: originalColumn + 1,
    };
  };
}

interface LoadedMap {
  readonly map: SourceMap;
  /** What the sources are named from. */
  readonly base: string;
}

function loadMap({ url, sourceMapUrl }: Script): LoadedMap | null {
  try {
    const inline = /^data:[^,]*?(;base64)?,/.exec(sourceMapUrl);
    const at = inline ? url : new URL(sourceMapUrl, url).href;
    const text = inline
      ? decoded(sourceMapUrl.slice(inline[0].length), inline[1])
      : readSome(fileURLToPath(at));
    return { map: new SourceMap(JSON.parse(text) as SourceMapPayload), base: at };
  } catch {
    return null;
  }
}

const decoded = (data: string, base64: string | undefined): string =>
  base64 === undefined ? decodeURIComponent(data) : Buffer.from(data, 'base64').toString();

function readSome(path: string): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size > LONGEST_MAP_BYTES) return '';
    const bytes = Buffer.alloc(size);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, size, 0));
  } finally {
    closeSync(file);
  }
}

function resolved(source: string, base: string): string {
  try {
    return new URL(source, base).href;
  } catch {
    return source;
  }
}

/** A path from `folder` where it lies in there; no longer than a line can bear, and without what a terminal obeys. */
export function shownName(url: string, folder: string): string {
  const path = url.startsWith('file:') ? pathOf(url) : url;
  const from = isAbsolute(path) ? relative(folder, path) : path;
  const name = from.startsWith('..') || isAbsolute(from) ? path : from;
  return printable(name.split(sep).join('/')).slice(-LONGEST_NAME);
}

export const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '?');

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}
