import type { Ctx } from '@skep/platform';

/** The tenant whose administrators operate the platform. */
export const OPERATOR_TENANT = 'default';

/** The tenant id of rows that concern all tenants. */
export const PLATFORM_TENANT = '_platform_';

/** Whether the caller is a service without an acting user, or a user of the operator's tenant. The routes check their scopes. */
export const isOperator = ({ tenant, user, actor }: Ctx): boolean => (user ? tenant === OPERATOR_TENANT : actor.startsWith('service:'));
