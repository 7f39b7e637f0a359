import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** The nickname of a user. */
@Entity('nickname')
@Unique('nickname_unique', ['nickname'])
export class NicknameEntity {
  @PrimaryColumn('text') account_id: string;
  @Column('text') tenant_id: string;
  /** Unique in the installation. */
  @Column('text') nickname: string;
}
