import type { Api } from '../api.js';
import { agent } from '../apis/agent/index.js';
import { cloud } from '../apis/cloud/index.js';
import { coachApi } from '../apis/coach/index.js';

const OTHERS = [agent, coachApi];

/** The published APIs in one document. */
export const everything: Api = {
  ...cloud,
  tags: Object.assign({}, ...OTHERS.map(({ tags }) => tags), cloud.tags) as Api['tags'],
  auth: [...new Set([cloud, ...OTHERS].flatMap(({ auth }) => auth))],
  routes: [cloud, ...OTHERS].flatMap(({ routes }) => routes),
  controllers: (answers) =>
    Object.assign({}, ...[cloud, ...OTHERS].map(({ controllers }) => controllers(answers))) as ReturnType<Api['controllers']>,
};
