import type { Api } from '../api.js';
import { appRoutes } from '../apis/cloud/apps.js';
import { cloud } from '../apis/cloud/index.js';
import { legacy, legacyRegistryRoutes } from '../apis/legacy/index.js';

const isOfRegistry = new Set(appRoutes);

/** The published API has one document for each of two services. Here one gateway answers both, and these are parts of its documents. */
export const publishedServices: Readonly<Record<string, Api>> = {
  'auth-gateway.json': { ...cloud, routes: cloud.routes.filter((route) => !isOfRegistry.has(route)) },
  'registry.json': {
    ...legacy,
    info: {
      title: 'Skep, registry',
      summary: 'Apps with their keys, tools and settings, and the catalogue of tools.',
      description: 'Part of `/v1/openapi.json`, with the former paths of the registry.',
    },
    tags: cloud.tags,
    routes: [...appRoutes, ...legacyRegistryRoutes],
  },
};
