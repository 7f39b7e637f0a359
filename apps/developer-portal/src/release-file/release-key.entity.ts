import { Sealed } from '@skep/platform';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row: the key with which the installation signs release files. Other installations trust it by its fingerprint, so it never changes. */
@Entity('release_key')
export class ReleaseKeyEntity {
  @PrimaryColumn('text') id: string;
  /** 32 bytes of Ed25519, in base64url. */
  @Column('text') public_key: string;
  /** PKCS #8 in PEM. */
  @Sealed() private_key: string;
}
