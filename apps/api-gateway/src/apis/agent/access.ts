import { admin, user } from '../../route.js';

/** Someone with `agent:use`, also with an API key. */
export const person = user({ key: true });
/** The same for what the published API shows to everyone: with SKEP_AGENT_OPEN_READS it answers without a token. */
export const reader = user({ key: true, openRead: true });
/** An administrator of a tenant. */
export const administrator = admin();
