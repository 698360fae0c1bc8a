import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import type { Config } from '../config/config.js';
import { AccessCheck } from './access-check.js';
import { AccessGuard } from './access.guard.js';
import { TOKEN_KEYS, tokenKeys } from './token-keys.js';
import { StaffTokens } from './staff-tokens.js';
import { RouteTable } from './route-table.js';
import { TokenVerifier } from './token-verifier.js';

@Module({})
export class AuthModule {
  /** @throws ConfigError when no secret or issuer is configured in production */
  static forRoot(config: Config): DynamicModule {
    return {
      module: AuthModule,
      global: true,
      imports: [DiscoveryModule],
      providers: [
        TokenVerifier,
        StaffTokens,
        AccessCheck,
        RouteTable,
        { provide: TOKEN_KEYS, useValue: tokenKeys(config) },
        { provide: APP_GUARD, useClass: AccessGuard },
      ],
      exports: [RouteTable, StaffTokens],
    };
  }
}
