import type { Ctx } from '@skep/platform';

/** The tenant whose administrators operate the platform. */
export const OPERATOR_TENANT = 'default';

/** Whether the caller is a service without an acting user, or a user of the operator's tenant. The routes check their scopes. */
export const isOperator = ({ tenant, user, actor }: Ctx): boolean => (user ? tenant === OPERATOR_TENANT : actor.startsWith('service:'));
