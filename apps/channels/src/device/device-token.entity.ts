import type { DevicePlatform } from '@skep/contracts/channels';
import { Sealed } from '@skep/platform';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A device that gets pushes by Firebase. */
@Entity('device_token')
@Index('device_token_owner', ['tenant_id', 'user_id', 'last_seen_at'])
@Index('device_token_seen', ['last_seen_at'])
export class DeviceTokenEntity {
  /** Follows from the token: a device belongs to the person who registered it last. */
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  /** Who knows it and the account of the operator could send to the device. */
  @Sealed() token: string;
  @Column('text') platform: DevicePlatform;
  @Column('text', { nullable: true }) device_id: string | null;
  @Column('text', { nullable: true }) app_version: string | null;
  @Column('text', { nullable: true }) locale: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) last_seen_at: Date;
}
