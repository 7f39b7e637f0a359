import type { Api } from '../api.js';
import { agent } from '../apis/agent/index.js';
import { cloud } from '../apis/cloud/index.js';

/** The published APIs in one document. */
export const everything: Api = {
  ...cloud,
  tags: { ...agent.tags, ...cloud.tags },
  auth: [...new Set([...cloud.auth, ...agent.auth])],
  routes: [...cloud.routes, ...agent.routes],
  controllers: (answers) => ({ ...cloud.controllers(answers), ...agent.controllers(answers) }),
};
