import { spawnSync } from 'node:child_process';

interface Component {
  name: string;
  version: string;
  licenses?: { license?: { id?: string; name?: string }; expression?: string }[];
}

/**
 * Prints what runs in production, as a software bill of materials in CycloneDX (JSON), made by npm from the lock file.
 * With --licences: a table of the packages by their licence instead.
 */
export async function main(words: string[]): Promise<number> {
  if (words.some((word) => word !== '--licences')) {
    console.error('npm run sbom prints CycloneDX (JSON); npm run licences lists the packages by licence.');
    return 2;
  }
  const asked = [
    'sbom',
    '--omit',
    'dev',
    '--package-lock-only',
    '--sbom-format',
    'cyclonedx',
    '--sbom-type',
    'application',
  ];
  const { status, stdout, stderr } = spawnSync('npm', asked, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) {
    console.error(stderr);
    return 1;
  }
  console.log(words.length > 0 ? byLicence((JSON.parse(stdout) as { components: Component[] }).components) : stdout);
  return 0;
}

/** One line for each licence: how many packages have it, and which. */
function byLicence(components: Component[]): string {
  const groups = [...Map.groupBy(components, licenceOf)].toSorted(([, one], [, other]) => other.length - one.length);
  return groups
    .map(([licence, of]) => {
      const names = of.map(({ name, version }) => `${name}@${version}`).toSorted();
      return `${licence} (${of.length})\n  ${names.join('\n  ')}`;
    })
    .join('\n');
}

function licenceOf({ licenses = [] }: Component): string {
  const named = licenses.map(({ license, expression }) => expression ?? license?.id ?? license?.name);
  return named.filter(Boolean).join(' and ') || 'no licence named';
}
