import { Command, InvalidArgumentError, Option } from 'commander';
import { type Config, ConfigError, loadConfig } from '../config/config.js';
import { TENANT_ID } from '../config/tenant-seed.js';
import { TOKEN_LIFETIME_MAX_MS } from '../config/time-limits.js';
import { type Role, ROLES } from './access.js';
import { EVERY_TENANT } from './principal.js';
import { signingSecret } from './signing-secret.js';
import { signToken } from './token-signer.js';

const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

interface Options {
  role: Role[];
  tenant: string[];
  subject: string;
  expires: number;
  json: boolean;
}

type UnknownTenants = (config: Config, ids: readonly string[]) => Promise<string[]>;

/**
 * `atrium token`: signs a token with the secret of this environment.
 * @param unknownTenants those of some ids that name no tenant; to warn of them, since a token of theirs opens nothing
 */
export function tokenCommand(unknownTenants: UnknownTenants): Command {
  return new Command('token')
    .description('Print a token signed with JWT_SECRET, or with the secret in the data folder when none is set.')
    .addOption(
      new Option('--role <role>', `what it allows: ${ROLES.join(', ')}; may be repeated`)
        .argParser(collect(roleOf))
        .makeOptionMandatory(),
    )
    .option('--tenant <id>', 'a tenant it is for, or "*" for all; may be repeated', collect(tenantOf), [])
    .option('--subject <name>', 'who it speaks for: the actor of the changes made with it', subjectOf, 'atrium-cli')
    .addOption(
      new Option('--expires <time>', 'how long it is good, such as 30m, 8h or 7d')
        .argParser(lifetimeMs)
        .default(lifetimeMs('8h'), '8h'),
    )
    .option('--json', 'print it as JSON, with what it holds', false)
    .addHelpText('after', '\nExample:\n  atrium token --role editor --tenant riverside --expires 8h')
    .action(async (options: Options) => {
      console.log(await printedToken(options));
      await warnOfUnknown(options.tenant, unknownTenants);
    });
}

/** On standard error, after the token: a centre may be added later, and the database may be out of reach from here. */
async function warnOfUnknown(tenants: string[], unknownTenants: UnknownTenants): Promise<void> {
  const ids = tenants.filter((id) => id !== EVERY_TENANT);
  if (ids.length === 0) return;
  try {
    for (const id of await unknownTenants(loadConfig(), ids))
      console.error(
        `Warning: there is no tenant "${id}" in this database; "atrium tenants list" says which there are.`,
      );
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    console.error(`Warning: whether there is a tenant ${ids.join(', ')} could not be asked: ${reason}`);
  }
}

/** @throws ConfigError when the roles need a tenant, or an issuer signs the tokens */
async function printedToken({ role: roles, tenant: tenants, subject, expires, json }: Options): Promise<string> {
  if (tenants.length === 0 && roles.some((role) => role !== 'platform-admin')) {
    throw new ConfigError(`Readers and editors need a tenant: add --tenant ID, or --tenant '${EVERY_TENANT}'`);
  }
  const config = loadConfig();
  const secret = signingSecret(config);
  if (secret === undefined)
    throw new ConfigError('The tokens of this Atrium are signed by their issuer (JWT_ISSUER, JWKS_URL): ask there.');
  const expiresAt = new Date(Date.now() + expires);
  const token = await signToken(secret, { subject, roles, tenants, expiresAt }, config.jwtAudience);
  return json ? JSON.stringify({ token, subject, roles, tenants, expiresAt: expiresAt.toISOString() }) : token;
}

function collect<T>(parse: (text: string) => T): (text: string, earlier?: T[]) => T[] {
  return (text, earlier = []) => [...earlier, parse(text)];
}

function roleOf(text: string): Role {
  const role = ROLES.find((known) => known === text);
  if (!role) throw new InvalidArgumentError(`It takes one of ${ROLES.join(', ')}.`);
  return role;
}

function tenantOf(text: string): string {
  if (text === EVERY_TENANT || TENANT_ID.test(text)) return text;
  throw new InvalidArgumentError('It takes the id of a tenant, or "*".');
}

function subjectOf(text: string): string {
  if (/^\P{C}{1,255}$/u.test(text)) return text;
  throw new InvalidArgumentError('It takes 1-255 characters.');
}

/** @param text such as 30m @returns milliseconds */
function lifetimeMs(text: string): number {
  const [, count = '0', unit = 's'] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * (UNIT_MS[unit] ?? 0);
  if (ms > 0 && ms <= TOKEN_LIFETIME_MAX_MS) return ms;
  throw new InvalidArgumentError('It takes a number and s, m, h or d, up to 366 days.');
}
