/** Which module may know which: see "The map of the code" in the README. */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'campaign-knows-no-event',
      severity: 'error',
      from: { path: '^src/campaign/' },
      to: { path: '^src/event/' },
    },
    {
      name: 'event-knows-only-the-entity-of-campaign',
      severity: 'error',
      from: { path: '^src/event/' },
      to: { path: '^src/campaign/', pathNot: '^src/campaign/campaign\\.entity\\.ts$' },
    },
    {
      name: 'foundations-know-no-feature',
      comment: 'What every feature stands on must not lean on one.',
      severity: 'error',
      from: { path: '^src/(tenancy|revision|cache|schedule|representation|problem|openapi)/' },
      to: { path: '^src/(campaign|event|demo|tenants)/' },
    },
    {
      name: 'config-stands-alone',
      severity: 'error',
      from: { path: '^src/config/' },
      to: { path: '^(src/(?!config/)|migrations|test|bench|ops)' },
    },
    {
      name: 'migrations-know-no-entity',
      comment: 'History must not change when an entity does.',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '^(src|test|bench|ops)/' },
    },
    {
      name: 'client-stands-alone',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^(src|migrations|test|bench)/' },
    },
    {
      name: 'sources-know-no-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|ops|client)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
};
