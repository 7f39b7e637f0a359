import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many bytes the live documents of a person take. Counted in the transaction of each write, by `take_storage`. */
@Entity('storage_usage')
export class StorageUsageEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  /** Empty for all apps together. */
  @PrimaryColumn('text') app_id: string;
  @Column('bigint') bytes: number;
}
