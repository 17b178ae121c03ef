import {
  defineSection,
  duration,
  field,
  integer,
  live,
  number,
  optionalField,
  text,
  type SettingsOf,
} from '../../warden/config/index.ts';

/** What is exported for bots. */
export const exportSection = defineSection({
  name: 'export',
  about: 'The best tokens with their pools, for bots: GET /api/export/markets, and a file.',
  fields: {
    file: optionalField(
      text(),
      'A file to which they are written, always whole; its folder must exist. Without it none is written.',
    ),
    intervalMs: live(field(duration({ minMs: 1_000 }), '60s', 'How often the file is written.')),
    top: live(field(integer({ min: 1, max: 100 }), 3, 'How many tokens, best smoothed score first.')),
    pools: live(field(integer({ min: 1, max: 30 }), 3, 'How many pools of each, most liquidity first.')),
    minScore: live(
      optionalField(
        number({ min: 0 }),
        'A token with a lower smoothed score is not exported; without it `tokens.min_score` counts.',
      ),
    ),
    maxAgeMs: live(
      field(
        duration({ minMs: 1_000 }),
        '2m',
        'A token whose score rests on older data than this is left out.',
      ),
    ),
  },
});
export type ExportSettings = SettingsOf<typeof exportSection>;
