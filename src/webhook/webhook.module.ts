import { Feature } from '../tenancy/feature.js';
import { AddressRules } from './address-rules.js';
import { Delivery } from './delivery.entity.js';
import { SecretBox } from './secret-box.js';
import { WebhookController } from './webhook.controller.js';
import { Webhook } from './webhook.entity.js';
import { WebhookService } from './webhook.service.js';
import { WorkFence } from './work-fence.entity.js';

@Feature({
  tags: [{ name: 'webhooks', description: 'Addresses that are told when something starts, ends or changes' }],
  tables: [
    { entity: Webhook, row: 'webhook', rows: 'webhooks', isResource: true },
    { entity: Delivery, notExported: 'messages that were sent or wait, which mean nothing elsewhere' },
    { entity: WorkFence, notExported: 'keeps the pods of one installation apart' },
  ],
  controllers: [WebhookController],
  providers: [WebhookService, SecretBox, AddressRules],
})
export class WebhookModule {}
