// @ts-check
/**
 * The clock rule: time, chance and environment come in through the kernel, or virtual time and replay are a lie.
 * It follows names (globals, `globalThis.x`, imports, destructuring) rather than text; a value that it cannot follow
 * further, such as an alias of `Date`, is reported too.
 */

const BANNED = 'banned';

/** @typedef {typeof BANNED | { members: Record<string, Spec>, passable?: boolean, date?: boolean }} Spec */

/** @param {string[]} names @returns {Record<string, Spec>} */
const banned = (...names) => Object.fromEntries(names.map((name) => [name, BANNED]));

const RANDOM = banned(
  'randomUUID',
  'randomBytes',
  'randomInt',
  'randomFill',
  'randomFillSync',
  'getRandomValues',
);

/** @type {Spec} */
const PROCESS = { members: banned('env', 'hrtime'), passable: true };
/** @type {Spec} */
const PERFORMANCE = { members: banned('now', 'timeOrigin') };
/** @type {Spec} */
const WEB_CRYPTO = { members: RANDOM };

/** @type {Record<string, Spec>} */
const GLOBALS = {
  ...banned('setTimeout', 'setInterval', 'setImmediate'),
  Date: { members: banned('now'), date: true },
  Math: { members: banned('random') },
  AbortSignal: { members: banned('timeout') },
  performance: PERFORMANCE,
  process: PROCESS,
  crypto: WEB_CRYPTO,
};
for (const name of ['globalThis', 'global', 'window', 'self']) GLOBALS[name] = { members: GLOBALS };

/** @type {Record<string, Spec>} */
const MODULES = {
  timers: BANNED,
  'timers/promises': BANNED,
  process: PROCESS,
  perf_hooks: { members: { performance: PERFORMANCE } },
  crypto: { members: { ...RANDOM, webcrypto: WEB_CRYPTO } },
};

/** @param {any} node a literal, or a template without holes @returns {string | undefined} */
const textOf = (node) => {
  if (node?.type === 'Literal') return String(node.value);
  if (node?.type === 'TemplateLiteral' && node.quasis.length === 1) return node.quasis[0].value.cooked;
  return undefined;
};

/** @param {any} node @returns {Spec | undefined} */
const moduleSpec = (node) => MODULES[(textOf(node) ?? '').replace(/^node:/, '')];

/** @param {any} property a member expression or a property of a pattern @returns {string | undefined} */
const keyOf = (property) => {
  const key = property.type === 'MemberExpression' ? property.property : property.key;
  return property.computed || key.type !== 'Identifier' ? textOf(key) : key.name;
};

const TRANSPARENT = new Set([
  'TSAsExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSSatisfiesExpression',
  'ChainExpression',
  'AwaitExpression',
]);
const HARMLESS_PARENTS = new Set(['TSTypeQuery', 'TSQualifiedName', 'TSImportType']);

/** @type {import('eslint').Rule.RuleModule} */
export const clockRule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      banned:
        '{{name}} is not for this room: take a Clock, Random, Entropy or setting from the kernel or the config.',
      untraceable: '{{name}} is handed on here, where the clock rule cannot follow it: use it directly.',
    },
  },
  create(context) {
    /** @param {any} node @param {string} name @param {'banned' | 'untraceable'} [messageId] */
    const report = (node, name, messageId = 'banned') => {
      context.report({ node, messageId, data: { name } });
    };

    /** What a pattern takes out of an object. @param {any} pattern @param {any} spec @param {string} name */
    const checkPattern = (pattern, spec, name) => {
      for (const property of pattern.properties) {
        const key = property.type === 'RestElement' ? undefined : keyOf(property);
        if (key === undefined) {
          report(property, name, 'untraceable');
          continue;
        }
        const sub = Object.hasOwn(spec.members, key) ? spec.members[key] : undefined;
        if (sub === undefined) continue;
        const target = property.value.type === 'AssignmentPattern' ? property.value.left : property.value;
        if (sub === BANNED) report(property, `${name}.${key}`);
        else if (target.type === 'ObjectPattern') checkPattern(target, sub, `${name}.${key}`);
        else report(property, `${name}.${key}`, 'untraceable');
      }
    };

    /** One place where the thing `spec` stands in the code. @param {any} node @param {Spec} spec @param {string} name */
    const check = (node, spec, name) => {
      if (HARMLESS_PARENTS.has(node.parent.type)) return;
      if (spec === BANNED) {
        report(node, name);
        return;
      }
      let at = node;
      while (
        TRANSPARENT.has(at.parent.type) ||
        (at.parent.type === 'SequenceExpression' && at.parent.expressions.at(-1) === at)
      ) {
        at = at.parent;
      }
      const parent = at.parent;
      if (parent.type === 'MemberExpression' && parent.object === at) {
        const key = keyOf(parent);
        if (key === undefined) report(parent, `${name}[...]`, 'untraceable');
        else if (key === 'default') check(parent, spec, name);
        else if (Object.hasOwn(spec.members, key)) {
          check(parent, /** @type {Spec} */ (spec.members[key]), `${name}.${key}`);
        }
        return;
      }
      if (parent.type === 'VariableDeclarator' && parent.init === at && parent.id.type === 'ObjectPattern') {
        checkPattern(parent.id, spec, name);
        return;
      }
      if (
        parent.type === 'AssignmentExpression' &&
        parent.right === at &&
        parent.left.type === 'ObjectPattern'
      ) {
        checkPattern(parent.left, spec, name);
        return;
      }
      if (parent.type === 'BinaryExpression' || parent.type === 'UnaryExpression') return;
      if (spec.date && parent.type === 'NewExpression' && parent.callee === at) {
        const first = parent.arguments[0];
        if (first === undefined || first.type === 'SpreadElement') report(parent, `new ${name}()`);
        return;
      }
      if (spec.passable && parent.type === 'CallExpression' && parent.callee !== at) return;
      report(at, name, 'untraceable');
    };

    /** @param {any} declaration an import or a re-export */
    const checkImport = (declaration) => {
      const spec = declaration.source ? moduleSpec(declaration.source) : undefined;
      if (spec === undefined || declaration.importKind === 'type' || declaration.exportKind === 'type')
        return;
      const source = declaration.source.value;
      if (spec === BANNED || declaration.type === 'ExportAllDeclaration') {
        report(declaration, source);
        return;
      }
      for (const specifier of declaration.specifiers) {
        if (specifier.importKind === 'type' || specifier.exportKind === 'type') continue;
        const picked =
          specifier.imported ?? (specifier.type === 'ExportSpecifier' ? specifier.local : undefined);
        const name = picked ? (picked.name ?? picked.value) : 'default';
        const sub =
          name === 'default' ? spec : Object.hasOwn(spec.members, name) ? spec.members[name] : undefined;
        if (sub === undefined) continue;
        if (sub === BANNED || declaration.type !== 'ImportDeclaration') {
          report(specifier, `${name} of ${source}`);
          continue;
        }
        for (const variable of context.sourceCode.getDeclaredVariables(specifier)) {
          for (const reference of variable.references) check(reference.identifier, sub, variable.name);
        }
      }
    };

    return {
      ImportDeclaration: checkImport,
      ExportNamedDeclaration: checkImport,
      ExportAllDeclaration: checkImport,
      ImportExpression(/** @type {any} */ node) {
        const spec = moduleSpec(node.source);
        if (spec === undefined) return;
        const name = `import('${String(textOf(node.source))}')`;
        if (node.parent.type === 'AwaitExpression') check(node, spec, name);
        else report(node, name, 'untraceable');
      },
      CallExpression(/** @type {any} */ node) {
        const callee = node.callee;
        const name = callee.type === 'MemberExpression' ? keyOf(callee) : callee.name;
        const spec = moduleSpec(node.arguments[0]);
        if (spec && (name === 'require' || name === 'getBuiltinModule'))
          check(node, spec, `${name}('${String(textOf(node.arguments[0]))}')`);
      },
      'Program:exit'(/** @type {any} */ program) {
        const scope = /** @type {any} */ (context.sourceCode.getScope(program));
        const known = scope.variables.filter((/** @type {any} */ variable) => variable.defs.length === 0);
        const references = [
          ...scope.through,
          ...known.flatMap((/** @type {any} */ variable) => variable.references),
        ];
        for (const { identifier, isTypeReference, isValueReference } of new Set(references)) {
          if (isTypeReference && !isValueReference) continue;
          const spec = Object.hasOwn(GLOBALS, identifier.name) ? GLOBALS[identifier.name] : undefined;
          if (spec) check(identifier, spec, identifier.name);
        }
      },
    };
  },
};
