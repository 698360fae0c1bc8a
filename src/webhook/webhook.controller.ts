import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { Roles } from '../auth/access.js';
import { Id, MAX_ID, WholeNumberPipe } from '../http/identifier.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { ApiProblem } from '../problem/api-problem.js';
import { IfMatch, type Precondition } from '../representation/precondition.js';
import { ChangesRow, ReadsRow, TakesBody, TakesQuery, TenantRoutes } from '../representation/routes.js';
import { Delivery } from './delivery.entity.js';
import { DeliveryService } from './delivery.service.js';
import {
  CreateWebhook,
  DeliveryPage,
  DeliveryQuery,
  TestedDelivery,
  UpdateWebhook,
  WebhookPage,
  WebhookQuery,
  WebhookWithSecret,
} from './webhook.dto.js';
import { Webhook } from './webhook.entity.js';
import { WebhookService } from './webhook.service.js';

const NO_KEY = 'Atrium has no key to keep secrets with, or the rows cannot be reached just now';

@ApiTags('webhooks')
@Controller('webhooks')
@TenantRoutes()
@Roles('editor')
export class WebhookController {
  constructor(
    private readonly webhooks: WebhookService,
    private readonly deliveries: DeliveryService,
  ) {}

  /** The webhooks of the shopping centre */
  @Get()
  @TakesQuery('cursor-invalid')
  @ApiOkResponse({ type: WebhookPage, description: 'The webhooks, without their secrets' })
  page(@Query() query: WebhookQuery) {
    return this.webhooks.page(query);
  }

  /** Look at one webhook */
  @Get(':id')
  @ReadsRow()
  @ApiOkResponse({ type: Webhook, description: 'The webhook, without its secret' })
  find(@Id() id: number) {
    return this.webhooks.find(id);
  }

  /**
   * Have an address told of what happens
   * @remarks The answer holds the secret that verifies the messages. It is shown this once: keep it.
   */
  @Post()
  @Idempotent()
  @TakesBody()
  @ApiProblem(409, 'The shopping centre has as many webhooks as it may', 'webhooks-full')
  @ApiProblem(503, NO_KEY, 'webhook-key-missing')
  @ApiCreatedResponse({ type: WebhookWithSecret, description: 'The webhook as it was created, with its secret' })
  create(@Body() body: CreateWebhook) {
    return this.webhooks.create(body);
  }

  /**
   * Give a webhook a new secret
   * @remarks Messages are signed with the old secret too for another day. The new one is shown this once.
   */
  @Post(':id/secret')
  @HttpCode(200)
  @ChangesRow()
  @Idempotent()
  @ApiProblem(503, NO_KEY, 'webhook-key-missing')
  @ApiOkResponse({ type: WebhookWithSecret, description: 'The webhook with its new secret' })
  rotate(@Id() id: number, @IfMatch() precondition: Precondition) {
    return this.webhooks.rotate(id, precondition);
  }

  /**
   * Change a webhook
   * @remarks One that is switched on again gets what happens from then on.
   */
  @Patch(':id')
  @ChangesRow()
  @TakesBody('application/json', 'application/merge-patch+json')
  @ApiOkResponse({ type: Webhook, description: 'The webhook as it is now' })
  update(@Id() id: number, @IfMatch() precondition: Precondition, @Body() body: UpdateWebhook) {
    return this.webhooks.update(id, precondition, body);
  }

  /** Delete a webhook */
  @Delete(':id')
  @HttpCode(204)
  @ChangesRow()
  @ApiNoContentResponse({ description: 'It gets nothing more, and its deliveries are gone' })
  delete(@Id() id: number, @IfMatch() precondition: Precondition) {
    return this.webhooks.delete(id, precondition);
  }

  /**
   * Send a test message
   * @remarks It is sent once, whether the webhook is switched on or not. The answer shows what was sent and what the
   * receiver answered. Verify the signature with the webhook's secret.
   */
  @Post(':id/test')
  @HttpCode(202)
  @ReadsRow()
  @ApiProblem(409, 'The webhook is being tested just now', 'webhook-test-in-flight')
  @ApiAcceptedResponse({ type: TestedDelivery, description: 'What was sent, and what was answered' })
  test(@Id() id: number) {
    return this.deliveries.test(id);
  }

  /**
   * What became of the messages to a webhook
   * @remarks The newest first. Records are kept for 30 days.
   */
  @Get(':id/deliveries')
  @ReadsRow()
  @TakesQuery('cursor-invalid')
  @ApiOkResponse({ type: DeliveryPage, description: 'The messages, with each attempt' })
  deliveryPage(@Id() id: number, @Query() query: DeliveryQuery) {
    return this.deliveries.page(id, query);
  }

  /**
   * Send a message again
   * @remarks For one that was given up, or that was lost by its receiver: it is sent under the same id, soon.
   */
  @Post(':id/deliveries/:deliveryId/retry')
  @HttpCode(202)
  @ReadsRow()
  @ApiParam({
    name: 'deliveryId',
    description: 'As the list of deliveries shows it',
    schema: { type: 'integer', minimum: 0, maximum: MAX_ID, example: 0 },
  })
  @ApiProblem(409, 'The webhook is switched off', 'webhook-inactive')
  @ApiAcceptedResponse({ type: Delivery, description: 'The message, which waits for its next attempt' })
  retry(@Id() id: number, @Param('deliveryId', new WholeNumberPipe('An id', MAX_ID)) deliveryId: number) {
    return this.deliveries.retry(id, deliveryId);
  }
}
