import { Injectable } from '@nestjs/common';
import { PullRegistry } from '../meter/pull-registry.js';
import { DeliveryLog } from './delivery-log.js';
import { Dispatcher } from './dispatcher.js';
import { SendPermits } from './send-permits.js';

@Injectable()
export class WebhookMetrics {
  constructor(registry: PullRegistry, log: DeliveryLog, dispatcher: Dispatcher, permits: SendPermits) {
    const attempts = 'Messages to webhooks that arrived, attempts that failed, and messages that were given up';
    registry.counter('atrium_webhook_attempts_total', attempts, () => log.counts, 'result');
    const off = 'Webhooks that were switched off, since they answered 410 or failed for three days';
    registry.counter('atrium_webhooks_switched_off_total', off, () => log.switchedOff, 'reason');
    const sends = 'Messages to webhooks that are being sent';
    registry.gauge('atrium_webhook_sends_in_flight', sends, () => permits.inFlight);
    const working = 'Shopping centres whose webhooks this pod works on';
    registry.gauge('atrium_webhook_tenants_working', working, () => dispatcher.working);
    const overdue = 'How late the work on webhooks is that no pod does';
    registry.gauge('atrium_webhook_overdue_seconds', overdue, () => dispatcher.overdueMs / 1_000);
  }
}
