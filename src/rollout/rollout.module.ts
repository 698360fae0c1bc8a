import { Feature } from '../tenancy/feature.js';
import { CentreRollout } from './centre-rollout.js';
import { RolloutController } from './rollout.controller.js';
import { Rollout } from './rollout.entity.js';
import { RolloutResults } from './rollout-results.js';
import { RolloutService } from './rollout.service.js';

@Feature({
  tags: [{ name: 'rollouts', description: 'The same campaign in many shopping centres' }],
  tables: [{ entity: Rollout, row: 'rollout', rows: 'rollouts', key: 'keyHash', isResource: false }],
  controllers: [RolloutController],
  providers: [RolloutService, RolloutResults, CentreRollout],
})
export class RolloutModule {}
