import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column.js';

/** The result of a rollout in one shopping centre when it was last sent. */
@Entity('RolloutResults')
export class RolloutResult {
  /** SHA-256 of the key, in hex: the same under every collation. */
  @PrimaryColumn('varchar', { name: 'KeyHash', length: 64 })
  keyHash: string;

  /** No foreign key: a rollout may name shopping centres that there are not. */
  @PrimaryColumn('varchar', { name: 'TenantId', length: 63 })
  tenantId: string;

  @Column('nvarchar', { name: 'Key', length: 100 })
  key: string;

  @InstantColumn('At')
  at: Date;

  @Column('varchar', { name: 'Status', length: 20 })
  status: 'created' | 'updated' | 'unchanged' | 'edited-locally' | 'failed';

  @Column('int', { name: 'CampaignId', nullable: true })
  campaignId: number | null;

  /** Why it failed; null when it did not. */
  @Column('simple-json', { name: 'Problem', nullable: true })
  problem: object | null;
}
