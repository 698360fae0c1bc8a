import { Feature } from '../tenancy/feature.js';
import { AddressRules } from './address-rules.js';
import { Courier } from './courier.js';
import { DeliveryLog } from './delivery-log.js';
import { Delivery } from './delivery.entity.js';
import { DeliveryService } from './delivery.service.js';
import { Dispatcher } from './dispatcher.js';
import { Outbox } from './outbox.js';
import { SecretBox } from './secret-box.js';
import { SendPermits } from './send-permits.js';
import { Sender } from './sender.js';
import { WebhookMetrics } from './webhook-metrics.js';
import { WebhookController } from './webhook.controller.js';
import { arriving, Webhook } from './webhook.entity.js';
import { WebhookService } from './webhook.service.js';
import { WorkFence } from './work-fence.entity.js';

@Feature({
  tags: [{ name: 'webhooks', description: 'Addresses that are told when something starts, ends or changes' }],
  tables: [
    {
      entity: Webhook,
      row: 'webhook',
      rows: 'webhooks',
      also: ['revision'],
      arriving,
      isResource: true,
    },
    { entity: Delivery, notExported: 'messages that were sent or wait, which mean nothing elsewhere' },
    { entity: WorkFence, notExported: 'keeps the pods of one installation apart' },
  ],
  controllers: [WebhookController],
  providers: [
    WebhookService,
    DeliveryService,
    SecretBox,
    AddressRules,
    Outbox,
    DeliveryLog,
    Sender,
    SendPermits,
    Courier,
    Dispatcher,
    WebhookMetrics,
  ],
})
export class WebhookModule {}
