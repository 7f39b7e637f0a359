import { Nothing } from '../common.js';
import { list, operation } from '../define.js';
import { Instant, Json, Nullable, Num, Text } from '../fields.js';

export class Plan {
  @Text() id!: string;
  @Text() name!: string;
  @Num({ description: 'US dollars a month.' }) price!: number;
  @Text({ example: 'month' }) interval!: string;
  @Json() features!: Record<string, unknown>;
  @Json() limits!: Record<string, number>;
}

export class Subscription {
  @Text() plan!: string;
  @Text() status!: string;
  @Nullable() @Instant() started_at!: Date | null;
  @Nullable() @Instant() expires_at!: Date | null;
}

export const planMembers = {
  listPlans: operation('List the plans', { input: Nothing, output: list(Plan) }),
  getSubscription: operation('Read your subscription', { input: Nothing, output: Subscription }),
};
