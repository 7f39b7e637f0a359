import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many bytes a user's documents take. `reserve_storage` updates it in the transaction of each write. */
@Entity('storage_usage')
export class StorageUsageEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  /** '' for the sum over all apps. */
  @PrimaryColumn('text') app_id: string;
  @Column('bigint') bytes: number;
}
