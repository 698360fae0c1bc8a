/**
 * The rooms of src/, from the top of the house down: a room knows only rooms below it. One line each, as in
 * docs/architecture.md. Within a line, a room may import those to its right.
 */
const FLOORS = [
  'platform',
  'history import rollout webhook',
  'timeline',
  'demo event campaign',
  'schedule',
  'lookback',
  'desk metrics health',
  'fast-path',
  'cache',
  'change',
  'idempotency representation',
  'auth',
  'tenancy',
  'migration observability',
  'catalogue',
  'database',
  'http backplane openapi',
  'problem meter revision field redis config clock',
];
const ROOMS = FLOORS.flatMap((floor) => floor.split(' '));

/** An import from a room to one above it; depcruise names both files. */
const upward = ROOMS.slice(1).map((room, index) => ({
  name: `${room}-knows-no-room-above-it`,
  comment: `src/${room}/ may import only rooms below it. The order stands in .dependency-cruiser.cjs.`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: `^src/(${ROOMS.slice(0, index + 1).join('|')})/` },
}));

const FILE_ROLES = 'module|controller|service|entity|dto|guard|interceptor|middleware|pipe|filter|decorator|command';

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-circular-folders', severity: 'error', scope: 'folder', from: {}, to: { circular: true } },
    ...upward,
    {
      name: 'rooms-know-no-way-in',
      comment: 'The files directly in src/ put the rooms together; no room knows them.',
      severity: 'error',
      from: { path: '^src/[^/]+/' },
      to: { path: '^src/[^/]+$' },
    },
    {
      name: 'every-room-has-its-floor',
      comment: 'Give a new folder of src/ its place in FLOORS.',
      severity: 'error',
      from: {},
      to: { path: '^src/[^/]+/', pathNot: `^src/(${ROOMS.join('|')})/` },
    },
    {
      name: 'event-knows-only-the-entity-of-campaign',
      severity: 'error',
      from: { path: '^src/event/' },
      to: { path: '^src/campaign/', pathNot: '^src/campaign/campaign\\.entity\\.ts$' },
    },
    {
      name: 'file-names',
      comment: `kebab-case after the class within; a dot only before one of these roles: ${FILE_ROLES}.`,
      severity: 'error',
      from: {},
      to: { path: '^(src|tools)/', pathNot: `^(src|tools)/[a-z0-9/-]+(\\.(${FILE_ROLES}))?\\.ts$` },
    },
    {
      name: 'migrations-know-no-entity',
      comment: 'History must not change when an entity does.',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '^(src|test|tools|bench|ops)/' },
    },
    {
      name: 'client-stands-alone',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^(src|migrations|test|tools|bench)/' },
    },
    {
      name: 'sources-know-no-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|tools|bench|ops|client)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
};
