/** Lifetime of a session for agents and of its only token, in seconds. */
export const AGENT_SECONDS = 86_400;
