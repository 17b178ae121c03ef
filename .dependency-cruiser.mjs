import { IMPORT_RULES } from './tools/import-rules.mjs';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: IMPORT_RULES.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: ['node_modules', '^dist/'] },
    // Unit tests beside the source look behind the doors of what they test, and use each other's fakes.
    exclude: { path: ['^(?:src|dashboard)/.+\\.test\\.tsx?$', '^test/fixtures/'] },
    // Sees `import type`, and tells it apart.
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    detectJSDocImports: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'require', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
      extensions: ['.ts', '.tsx', '.d.ts', '.mts', '.js', '.mjs', '.cjs', '.jsx', '.json'],
    },
  },
};
