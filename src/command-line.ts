import { Logger } from '@nestjs/common';
import { Command, CommanderError } from 'commander';
import { tokenCommand } from './auth/token.command.js';
import { type Config, ConfigError } from './config/config.js';
import { VERSION } from './config/version.js';
import { reasonOf } from './start-failure.js';
import { migrateCommand } from './migration/migrate.command.js';
import type { TenantTable } from './tenancy/feature.js';
import { purgeCommand } from './platform/purge.command.js';
import { tenantsCommand } from './platform/tenants.command.js';

// A new command is one line here. Its file lies in the room it belongs to.
const COMMANDS = [
  migrateCommand(),
  tenantsCommand(loadTables),
  purgeCommand(loadTables),
  tokenCommand(unknownTenantsLater),
];

/** Exit codes; 0: done. Not understood: the command line or the environment is wrong. */
const NOT_DONE = 1;
const NOT_UNDERSTOOD = 2;

Logger.overrideLogger(false); // standard output is for the command's result
const atrium = new Command('atrium')
  .description('Atrium: campaigns and events of many shopping centres')
  .version(VERSION, '--version', 'print the version')
  .showHelpAfterError('"atrium --help" says more.')
  .exitOverride();
for (const command of COMMANDS) {
  inherit(command, atrium);
  atrium.addCommand(command);
}

try {
  await atrium.parseAsync();
} catch (thrown) {
  if (thrown instanceof CommanderError) process.exitCode = thrown.exitCode === 0 ? 0 : NOT_UNDERSTOOD;
  else {
    console.error(reasonOf(thrown));
    process.exitCode = thrown instanceof ConfigError ? NOT_UNDERSTOOD : NOT_DONE;
  }
}

/** The features are loaded only when a command needs them: they bring all of the service along. */
async function loadTables(): Promise<readonly TenantTable[]> {
  return (await import('./app.module.js')).TABLES;
}

/** The catalogue is loaded only once a token is printed. */
async function unknownTenantsLater(config: Config, ids: readonly string[]): Promise<string[]> {
  return (await import('./catalogue/unknown-tenants.js')).unknownTenants(config, ids);
}

function inherit(command: Command, parent: Command, words = `atrium ${command.name()}`): void {
  command.copyInheritedSettings(parent).showHelpAfterError(`"${words} --help" says more.`);
  for (const sub of command.commands) inherit(sub, command, `${words} ${sub.name()}`);
}
