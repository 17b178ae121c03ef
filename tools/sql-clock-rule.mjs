// @ts-check
/** SQL has clocks and dice of its own; what they write differs from what virtual time and replay expect. */
const FORBIDDEN = [
  /\b(?:now|random|randomblob|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(/i,
  /\b(?:gen_random_uuid|gen_random_bytes|uuid_generate_v\d\w*|uuidv\d)\s*\(/i,
  /\b(?:current_timestamp|current_date|current_time|localtimestamp)\b/i,
  // SQLite's date functions read the clock when they get no argument, or 'now'.
  /\b(?:date|time|datetime|julianday|unixepoch)\s*\(\s*\)/i,
  /\b(?:date|time|datetime|julianday|unixepoch|strftime|timediff)\s*\([^)]*(['"])now\1/i,
];
const FUNCTION_NAMES =
  /^(?:now|random|randomblob|clock_timestamp|gen_random_uuid|unixepoch|current_timestamp)$/i;

/** The forbidden part of some SQL, if there is one. @param {string} text @returns {string | undefined} */
export function findSqlClock(text) {
  for (const pattern of FORBIDDEN) {
    const match = pattern.exec(text);
    if (match) return match[0];
  }
  return undefined;
}

/** @type {import('eslint').Rule.RuleModule} */
export const sqlClockRule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      banned: 'SQL must not read a clock or draw by itself ({{found}}): bind a value from the kernel.',
    },
  },
  create(context) {
    /** @param {any} node @param {string} text */
    const checkText = (node, text) => {
      const found = findSqlClock(text);
      if (found !== undefined) context.report({ node, messageId: 'banned', data: { found } });
    };
    return {
      Literal(/** @type {any} */ node) {
        if (typeof node.value === 'string') checkText(node, node.value);
      },
      TemplateLiteral(/** @type {any} */ node) {
        // A hole stands for a bound value, so that the text around it is read as one statement.
        checkText(
          node,
          node.quasis.map((/** @type {any} */ quasi) => quasi.value.cooked ?? quasi.value.raw).join(' ? '),
        );
      },
      // kysely: fn('now'), eb.fn<number>('random')
      CallExpression(/** @type {any} */ node) {
        const name = node.callee.name ?? node.callee.property?.name;
        const first = node.arguments[0];
        if (name === 'fn' && typeof first?.value === 'string' && FUNCTION_NAMES.test(first.value)) {
          context.report({ node: first, messageId: 'banned', data: { found: first.value } });
        }
      },
    };
  },
};
