import { fileURLToPath } from 'node:url';
import { build } from 'vite';

export interface PageFile {
  readonly type: string;
  readonly body: string | Uint8Array;
}

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

let built: Promise<ReadonlyMap<string, PageFile>> | undefined;

/** The page as it is shipped, built in memory from the source as it is now. */
export function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  built ??= asProduction(buildPage);
  return built;
}

/** A test runner sets NODE_ENV to "test", with which React would ship its development build. */
async function asProduction<Result>(work: () => Promise<Result>): Promise<Result> {
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    return await work();
  } finally {
    process.env['NODE_ENV'] = before;
  }
}

async function buildPage(): Promise<ReadonlyMap<string, PageFile>> {
  const result = await build({
    configFile: fileURLToPath(new URL('../../../dashboard/vite.config.ts', import.meta.url)),
    mode: 'production',
    logLevel: 'error',
    build: { write: false },
  });
  const outputs = [result].flat().flatMap((each) => ('output' in each ? each.output : []));
  return new Map(
    outputs.map((file) => {
      const type = types[file.fileName.split('.').pop() ?? ''] ?? 'application/octet-stream';
      return [`/${file.fileName}`, { type, body: file.type === 'chunk' ? file.code : file.source }];
    }),
  );
}
