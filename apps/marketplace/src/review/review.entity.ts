import { Column, Entity, ForeignKey, Index, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** What a user says about an app. */
@Entity('review')
@Unique('review_tenant_id_user_id_app_id_key', ['tenant_id', 'user_id', 'app_id'])
@Index('review_helpful', { synchronize: false })
@Index('review_newest', { synchronize: false })
@Index('review_rating', { synchronize: false })
export class ReviewEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') app_id: string;
  /** The nickname of the user when they wrote it. */
  @Column('text', { nullable: true }) author: string | null;
  @Column('integer') rating: number;
  @Column('text') title: string;
  @Column('text') body: string;
  /** Of the listing when it was written or changed. */
  @Column('text') version: string;
  /** Number of votes that find it helpful. */
  @Column('integer', { default: 0 }) helpful_count: number;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
}

/** What a review said before it was changed. */
@Entity('former_review')
@Index('former_review_of', ['review_id'])
export class FormerReviewEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  @ForeignKey(() => ReviewEntity, { name: 'former_review_review', onDelete: 'CASCADE' }) @Column('bigint') review_id: number;
  @Column('integer') rating: number;
  @Column('text') title: string;
  @Column('text') body: string;
  @Column('text') version: string;
  @Column('timestamptz', { default: () => 'now()' }) replaced_at: Date;
}

/** The vote of a user on a review. */
@Entity('review_vote')
@Index('review_vote_user', ['tenant_id', 'user_id'])
export class ReviewVoteEntity {
  @ForeignKey(() => ReviewEntity, { name: 'review_vote_review', onDelete: 'CASCADE' }) @PrimaryColumn('bigint') review_id: number;
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @Column('boolean') helpful: boolean;
}
