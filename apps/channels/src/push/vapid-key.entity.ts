import { Sealed } from '@skep/platform';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row: the key with which the installation signs its pushes. Subscriptions are made for it, so it never changes. */
@Entity('vapid_key')
export class VapidKeyEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') public_key: string;
  @Sealed() private_key: string;
}
