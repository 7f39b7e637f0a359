import { Sealed } from '@skep/platform';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A browser that gets pushes. */
@Entity('push_subscription')
@Index('push_subscription_owner', ['tenant_id', 'user_id', 'created_at'])
export class PushSubscriptionEntity {
  /** Follows from the endpoint: a browser belongs to the user who subscribed it last. */
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  /** `SubscribePush` as JSON: everyone who knows the endpoint could send to the browser. */
  @Sealed() subscription: string;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
