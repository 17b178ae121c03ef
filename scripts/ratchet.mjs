// @ts-check
/**
 * Counts what should become less and never more (skipped tests, `any`, suppressed checks, ...), on the syntax tree and
 * not on text, and compares with ratchet.json. `--write` tightens that file; nothing loosens it.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { extname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';

export const KINDS = /** @type {const} */ ([
  'skippedTests',
  'explicitAny',
  'asAny',
  'doubleCast',
  'nonNullAssertion',
  'typeCheckOff',
  'lintOff',
  'coverageOff',
  'todo',
  'longFileWithoutReason',
]);
/** @typedef {(typeof KINDS)[number]} Kind */
/** @typedef {{ kind: Kind, file: string, line: number }} Finding */

const FOLDERS = ['src', 'dashboard', 'test', 'bench', 'scripts', 'tools'];
const EXTENSIONS = new Set(['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.jsx']);
const LONGEST = 350;

/** @type {[Kind, RegExp][]} */
const COMMENTS = [
  ['typeCheckOff', /@ts-(?:ignore|expect-error|nocheck)\b/],
  ['lintOff', /\beslint-disable/],
  ['coverageOff', /\b(?:istanbul|v8|c8) ignore\b|\bnode:coverage\b/],
  ['todo', /\b(?:TODO|FIXME)\b/],
];
const TEST_ROOTS = new Set(['test', 'it', 'describe', 'suite', 'bench', 'context', 'ctx', 'task', 't']);
const SKIPPING = new Set(['skip', 'only', 'todo', 'skipIf', 'runIf', 'fails']);
const OLD_NAMES = new Set(['xit', 'xtest', 'xdescribe', 'fit', 'fdescribe']);
const EMPTYING = new Set([
  ts.SyntaxKind.AnyKeyword,
  ts.SyntaxKind.UnknownKeyword,
  ts.SyntaxKind.NeverKeyword,
]);

/** What is found in one file. @param {string} file @param {string} text @returns {Finding[]} */
export function findIn(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  /** @type {Finding[]} */
  const findings = [];
  /** @param {Kind} kind @param {number} position */
  const add = (kind, position) => {
    findings.push({ kind, file, line: source.getLineAndCharacterOfPosition(position).line + 1 });
  };

  /** @param {ts.Node} node */
  const visit = (node) => {
    const start = node.getStart(source);
    if (isCast(node)) {
      const inner = unwrap(node.expression);
      if (node.type.kind === ts.SyntaxKind.AnyKeyword) add('asAny', start);
      if (isCast(inner) && EMPTYING.has(inner.type.kind)) add('doubleCast', start);
    } else if (node.kind === ts.SyntaxKind.AnyKeyword && !isCast(node.parent)) add('explicitAny', start);
    else if (ts.isNonNullExpression(node)) add('nonNullAssertion', start);
    else if ((ts.isPropertyDeclaration(node) || ts.isVariableDeclaration(node)) && node.exclamationToken) {
      add('nonNullAssertion', start);
    } else if (isSkip(node)) add('skippedTests', start);
    ts.forEachChild(node, visit);
  };
  visit(source);

  for (const comment of commentsOf(source)) {
    const body = text.slice(comment.pos, comment.end);
    for (const [kind, pattern] of COMMENTS) {
      for (const match of body.matchAll(new RegExp(pattern, 'g'))) add(kind, comment.pos + match.index);
    }
  }
  const lines = text.replace(/\n$/, '').split('\n').length;
  if (lines > LONGEST && !givesReason(text)) add('longFileWithoutReason', 0);
  return findings;
}

/** @param {ts.Node} node @returns {node is ts.AsExpression | ts.TypeAssertion} */
function isCast(node) {
  return ts.isAsExpression(node) || ts.isTypeAssertionExpression(node);
}

/** @param {ts.Expression} node @returns {ts.Expression} */
function unwrap(node) {
  return ts.isParenthesizedExpression(node) ? unwrap(node.expression) : node;
}

/** `test.skip`, `describe.concurrent.only`, `it['todo']`, `context.skip`, `xit(...)`. @param {ts.Node} node */
function isSkip(node) {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression))
    return OLD_NAMES.has(node.expression.text);
  const name = memberName(node);
  if (name === undefined || !SKIPPING.has(name)) return false;
  /** @type {ts.Node} */
  let root = node;
  while (
    ts.isPropertyAccessExpression(root) ||
    ts.isElementAccessExpression(root) ||
    ts.isCallExpression(root)
  ) {
    root = root.expression;
  }
  return ts.isIdentifier(root) && TEST_ROOTS.has(root.text);
}

/** @param {ts.Node} node */
function memberName(node) {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return node.argumentExpression.text;
  }
  return undefined;
}

/** @param {ts.SourceFile} source */
function commentsOf(source) {
  const text = source.text;
  /** @type {Map<number, ts.CommentRange>} */
  const found = new Map();
  /** @type {ts.Node[]} what looks like a comment in here is text of the page */
  const texts = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    const children = node.getChildren(source);
    if (children.length > 0) return children.forEach(visit);
    if (node.kind === ts.SyntaxKind.JsxText) {
      texts.push(node);
      return;
    }
    const start = node.pos === 0 ? (ts.getShebang(text)?.length ?? 0) : node.pos;
    const ranges = [
      ...(ts.getLeadingCommentRanges(text, start) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.end) ?? []),
    ];
    for (const range of ranges) found.set(range.pos, range);
  };
  visit(source);
  return [...found.values()]
    .filter((range) => !texts.some((node) => node.pos <= range.pos && range.pos < node.end))
    .toSorted((a, b) => a.pos - b.pos);
}

/** A reason reads "Over 350 lines because ..." in a comment before the first code. @param {string} text */
function givesReason(text) {
  const head = (ts.getLeadingCommentRanges(text, ts.getShebang(text)?.length ?? 0) ?? [])
    .map((range) => text.slice(range.pos, range.end))
    .join('\n')
    .replace(/[\s*/]+/g, ' ');
  return /over 350 lines(?: because|:) \w+ \w+ \w+/i.test(head);
}

/** @param {string} root @returns {string[]} */
function filesUnder(root) {
  return FOLDERS.filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && EXTENSIONS.has(extname(entry.name)))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.startsWith('test/fixtures/') && !path.includes('node_modules/'))
    .toSorted();
}

/** @param {string} root */
export function findUnder(root) {
  const files = filesUnder(root);
  const findings = files.flatMap((file) => findIn(file, readFileSync(join(root, file), 'utf8')));
  return { files, findings };
}

/** @param {readonly Finding[]} findings @returns {Record<Kind, number>} */
export function countsOf(findings) {
  const counts = KINDS.map((kind) => [kind, findings.filter((finding) => finding.kind === kind).length]);
  return /** @type {Record<Kind, number>} */ (Object.fromEntries(counts));
}

/** What is wrong, in lines; none when all is well. @param {unknown} limits @param {readonly Finding[]} findings */
export function compare(limits, findings) {
  const allowed = /** @type {Record<string, unknown>} */ (
    typeof limits === 'object' && limits !== null ? limits : {}
  );
  const counts = countsOf(findings);
  const worse = [];
  const better = [];
  for (const kind of KINDS) {
    const limit = allowed[kind];
    if (!Number.isInteger(limit)) worse.push(`ratchet.json has no whole number for ${kind}`);
    else if (counts[kind] > Number(limit)) {
      worse.push(`${kind}: ${counts[kind]} where at most ${String(limit)} may be`);
      for (const found of findings) if (found.kind === kind) worse.push(`  ${found.file}:${found.line}`);
    } else if (counts[kind] < Number(limit))
      better.push(`${kind}: ${counts[kind]}, and ${String(limit)} is allowed`);
  }
  for (const key of Object.keys(allowed)) {
    if (!(/** @type {readonly string[]} */ (KINDS).includes(key)))
      worse.push(`ratchet.json knows ${key}, nobody else does`);
  }
  return { worse, better };
}

/** @param {string[]} args @returns {number} the exit code */
function main(args) {
  const at = args.indexOf('--root');
  const root = at >= 0 ? resolve(args[at + 1] ?? '.') : fileURLToPath(new URL('../', import.meta.url));
  const path = join(root, 'ratchet.json');
  const write = args.includes('--write');
  const { files, findings } = findUnder(root);
  if (files.length === 0) {
    console.error(`no files under ${root}`);
    return 1;
  }
  const isNew = !existsSync(path);
  if (isNew && !write) {
    console.error('ratchet.json is missing; run npm run ratchet -- --write');
    return 1;
  }
  const { worse, better } = isNew
    ? { worse: [], better: ['new'] }
    : compare(JSON.parse(readFileSync(path, 'utf8')), findings);
  for (const line of worse) console.error(line);
  if (worse.length > 0) return 1;
  if (better.length > 0 && write) writeFileSync(path, `${JSON.stringify(countsOf(findings), null, 2)}\n`);
  else if (better.length > 0) {
    for (const line of better) console.error(line);
    console.error('better than ratchet.json says: run npm run ratchet -- --write');
    return 1;
  }
  console.log(`${files.length} files, nothing more than ratchet.json allows`);
  return 0;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = main(process.argv.slice(2));
}
