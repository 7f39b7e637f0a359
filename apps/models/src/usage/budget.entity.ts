import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Tokens that a user has used in a month; with the user '', the tenant. */
@Entity('model_budget')
@Index('model_budget_month', ['month'])
export class BudgetEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('date') month: string;
  @Column('bigint', { default: 0 }) used: number;
}
