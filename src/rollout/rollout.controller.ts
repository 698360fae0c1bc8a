import { Body, Controller, Get, HttpCode, Param, type PipeTransform, Post, UseInterceptors } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { ManyCentres } from '../auth/access.js';
import { Bearer } from '../auth/bearer.decorator.js';
import type { Principal } from '../auth/principal.js';
import { ApiProblem } from '../problem/api-problem.js';
import { Problem } from '../problem/problem.js';
import { RepresentationInterceptor } from '../representation/representation.interceptor.js';
import { BAD_FIELDS, TakesBody } from '../representation/routes.js';
import { CreateRollout, isRolloutKey, RolloutReport } from './rollout.dto.js';
import { RolloutService } from './rollout.service.js';

class KeyPipe implements PipeTransform<string, string> {
  transform(key: string): string {
    if (isRolloutKey(key)) return key;
    throw new Problem(400, 'id-malformed', 'The key of a rollout has 1 to 100 characters.');
  }
}

@ApiTags('rollouts')
@Controller('rollouts')
@UseInterceptors(RepresentationInterceptor)
@ApiProblem(400, 'The key, a parameter or the body cannot be read', 'query-invalid')
@ApiProblem(503, 'The rows cannot be reached just now; Retry-After says when to try again', 'database-unavailable')
export class RolloutController {
  constructor(private readonly rollouts: RolloutService) {}

  /** The latest rollouts, each with its last result in every shopping centre */
  @Get()
  @ManyCentres()
  @ApiOkResponse({ type: [RolloutReport], description: 'At most 50, those of which the token names every centre' })
  list(@Bearer() principal: Principal) {
    return this.rollouts.list(principal);
  }

  /** One rollout, with its last result in every shopping centre */
  @Get(':key')
  @ManyCentres()
  @ApiParam({ name: 'key', schema: { type: 'string', minLength: 1, maxLength: 100, example: 'black-friday-2030' } })
  @ApiProblem(400, 'The key, a parameter or the body cannot be read', 'id-malformed')
  @ApiProblem(404, 'There is no such rollout', 'not-found')
  @ApiOkResponse({ type: RolloutReport })
  find(@Param('key', new KeyPipe()) key: string, @Bearer() principal: Principal) {
    return this.rollouts.find(key, principal);
  }

  /**
   * Plan the same campaign in many shopping centres
   * @remarks Each takes the dates by its own clock. Sent again under the same key, it changes what nobody has edited since,
   * leaves and names what somebody has, and creates it where it is not there yet: no Idempotency-Key is needed.
   */
  @Post()
  @HttpCode(200)
  @ManyCentres()
  @TakesBody()
  @ApiProblem(422, BAD_FIELDS, 'row-too-large')
  @ApiOkResponse({ type: RolloutReport, description: 'What became of it in each shopping centre' })
  send(@Body() body: CreateRollout, @Bearer() principal: Principal) {
    return this.rollouts.send(body, principal);
  }
}
