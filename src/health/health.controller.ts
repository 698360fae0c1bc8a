import { Controller, Get, Header, ServiceUnavailableException } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { Public } from '../auth/access.js';
import { RETRY_AFTER_SECONDS } from '../config/time-limits.js';
import { ApiProblem } from '../problem/api-problem.js';
import { Problem } from '../problem/problem.js';
import { Alive, HealthReport } from './health.dto.js';
import { Indicators } from './indicators.js';
import { Readiness } from './readiness.js';

const NO_STORE = Header('Cache-Control', 'no-store');

@ApiTags('health')
@Controller('health')
@Public()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: Indicators,
    private readonly readiness: Readiness,
  ) {}

  /** Whether the process runs. It depends on nothing else, so an outage elsewhere causes no restart */
  @Get('live')
  @NO_STORE
  @ApiOkResponse({ type: Alive })
  live(): Alive {
    return { status: 'ok' };
  }

  /** Whether to send requests here: from the end of the start until the shutdown begins, even during outages */
  @Get('ready')
  @NO_STORE
  @ApiOkResponse({ type: Alive })
  @ApiProblem(503, 'It is starting, or about to stop', 'not-ready')
  ready(): Alive {
    if (this.readiness.isReady) return { status: 'ok' };
    throw new Problem(503, 'not-ready', `This pod is ${this.readiness.state}.`, {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }

  /** The state of the database, Redis and the tenants; answers within two seconds */
  @Get()
  @NO_STORE
  @ApiOkResponse({ type: HealthReport })
  @ApiProblem(503, 'The database does not answer', 'unhealthy')
  async report(): Promise<HealthReport> {
    try {
      const { status, details } = await this.health.check(this.indicators.all());
      return { status, details };
    } catch (thrown) {
      if (!(thrown instanceof ServiceUnavailableException)) throw thrown;
      throw new Problem(503, 'unhealthy', inWords(thrown.getResponse() as HealthCheckResult), {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    }
  }
}

function inWords({ details }: HealthCheckResult): string {
  return Object.entries(details)
    .map(([name, { status, message }]) => `${name}: ${String(message ?? status)}`)
    .join('; ');
}
