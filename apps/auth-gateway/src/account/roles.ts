/** What a person of each role may do from the start. The account keeps its own copy, which may be changed for one person. */
export const DEFAULT_SCOPES = {
  user: [
    'ai:complete',
    'automations:*',
    'billing:read',
    'chat:use',
    'coding_remote:*',
    'connections:use',
    'connectors:use',
    // Anybody may become a developer: what one may do as one, the developer portal decides.
    'developer:*',
    'events:subscribe',
    'marketplace:*',
    'memory:*',
    'notifications:*',
    'notify:push',
    'storage:*',
    'store:*',
    'voice:use',
  ],
  get developer() {
    return [...this.user, 'config:read'];
  },
  admin: ['*'],
};

export type Role = keyof typeof DEFAULT_SCOPES;
