import type { ContractCase } from './breaker-contract.ts';

/** What another library was seen to do in the suite. A case that is not named it keeps. */
export interface Peer {
  readonly version: string;
  readonly breaks: readonly string[];
  readonly lacks: readonly string[];
}

export const PEERS: Readonly<Record<'cockatiel' | 'opossum', Peer>> = {
  cockatiel: {
    version: '3.2.1',
    breaks: [
      'isolation-remembers',
      'refuses-bad-snapshot',
      'half-open-leases',
      'no-stampede',
      'hung-trial',
      'abort-while-waiting',
      'abort-ends-call',
      'aborted-before',
      'cancellation-counts-not',
      'idle-hour',
      'wall-clock-back',
      'wall-clock-forward',
      'late-failure',
      'throwing-success-listener',
      'throwing-failure-listener',
    ],
    lacks: ['slow-calls', 'events', 'refusal-tells', 'reconfigures'],
  },
  opossum: {
    version: '9.0.0',
    breaks: [
      'restores',
      'refuses-bad-snapshot',
      'no-stampede',
      'hung-trial',
      'refused-not-counted',
      'late-success',
      'late-failure',
      'throwing-success-listener',
      'throwing-failure-listener',
      'timeout-of-one',
      'fixed-memory',
    ],
    lacks: [
      'slow-calls',
      'open-time-grows',
      'refusal-tells',
      'isolates',
      'isolation-remembers',
      'reconfigures',
      'abort-while-waiting',
      'abort-ends-call',
      'aborted-before',
      'cancellation-counts-not',
    ],
  },
};

export type Verdict = 'kept' | 'broken' | 'not offered';

export function expectedOf(peer: Peer, { id }: ContractCase): Verdict {
  if (peer.breaks.includes(id)) return 'broken';
  return peer.lacks.includes(id) ? 'not offered' : 'kept';
}

/** docs/resilience-peers.md, as Markdown that is not yet formatted. */
export function renderPeersPage(
  groups: readonly { readonly title: string; readonly cases: readonly ContractCase[] }[],
): string {
  const names = Object.entries(PEERS);
  const rows = (cases: readonly ContractCase[]): string[] =>
    cases.map((each) => {
      const verdicts = names.map(([, peer]) => expectedOf(peer, each));
      const cells = ['kept', ...verdicts.map((verdict) => (verdict === 'broken' ? '**broken**' : verdict))];
      return `| ${each.promise} | ${cells.join(' | ')} |`;
    });
  const head = ['', 'moonwarden', ...names.map(([name, { version }]) => `${name} ${version}`)];
  return [
    '# Circuit breakers side by side',
    '',
    'One suite (`test/contracts/breaker-cases.ts` and `breaker-faults.ts`), run over three libraries through thin adapters under',
    'the same virtual clock. _Not offered_: the library has nothing of the kind, so the promise could not be tested. The tests',
    'hold this page to what they see; `npx vitest run --project integration test/contracts/breaker-contract.test.ts -u` writes it.',
    '',
    ...groups.flatMap(({ title, cases }) => [
      `## ${title}`,
      '',
      `| ${head.join(' | ')} |`,
      `|${' --- |'.repeat(head.length)}`,
      ...rows(cases),
      '',
    ]),
  ].join('\n');
}
