import type { Ctx } from '@skep/platform';

/** The tenant whose administrators run the platform. */
export const HOME = 'default';

/** Is the caller of the platform: a service on its own behalf, or a person of the platform's own tenant? Which of these may come, routes say. */
export const isOfThePlatform = ({ tenant, user, actor }: Ctx): boolean => (user ? tenant === HOME : actor.startsWith('service:'));
