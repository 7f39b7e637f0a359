import { Empty } from '../common.js';
import { list, operation } from '../define.js';
import { Json, Num, Text } from '../fields.js';

/** Exactly these fields: there are clients that refuse a plan with any other. */
export class Plan {
  @Text() id!: string;
  @Text() name!: string;
  @Num({ description: 'US dollars a month.' }) price!: number;
  @Text({ example: 'month' }) interval!: string;
  @Json() features!: Record<string, unknown>;
  @Json() limits!: Record<string, number>;
}

export const planMembers = {
  listPlans: operation('List the plans', { input: Empty, output: list(Plan), scope: 'billing:read' }),
};
