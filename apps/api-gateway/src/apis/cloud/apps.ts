import { kernel } from '@skep/contracts/kernel';
import { portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import { admin, user } from '../../route.js';
import { del, get, patch, post, put } from '../../table.js';

const APP = '/v1/apps/{app_id}';
/** The developer of the app, their key for it, or a service. */
const ofApp = user({ key: true, alone: true });

/** The published registry: apps with their keys, tools and settings, the catalogue of tools, and what services do for users. */
export const appRoutes = [
  post('/v1/apps', portal.registerApp, ofApp, { status: 201, perMinute: 60 }),
  get('/v1/apps', portal.listRegisteredApps, ofApp),
  get(APP, portal.getRegisteredApp, ofApp),
  patch(APP, portal.updateRegisteredApp, ofApp),
  put(APP, portal.updateRegisteredApp, ofApp, { id: 'replaceRegisteredApp' }),
  del(APP, portal.deleteRegisteredApp, ofApp),
  post(`${APP}/keys`, portal.createAppKey, user({ inPerson: true }), { perMinute: 5, sensitive: true }),
  get(`${APP}/keys`, portal.listAppKeys, user({ key: true }), { sensitive: true }),
  del(`${APP}/keys/{key_id}`, portal.revokeAppKey, user(), { sensitive: true }),
  put(`${APP}/tools`, portal.syncTools, ofApp, { perMinute: 30, timeoutMs: 15_000 }),
  get(`${APP}/tools`, portal.getTools, ofApp),
  get(`${APP}/settings`, portal.getAppSettings, ofApp),
  put(`${APP}/settings`, portal.updateAppSettings, ofApp),
  get('/v1/catalog', registry.getCatalog, ofApp),
  get('/v1/catalog/tools', registry.listCatalogTools, ofApp),
  get('/v1/users/{user_id}/automations', registry.getUserAutomations, admin({ key: true })),
  put('/v1/users/{user_id}/automations', registry.saveUserAutomations, admin({ key: true }), { list: 'automations' }),
  post('/v1/hub/{user_id}/messages', kernel.sendHubMessage, admin({ key: true }), { perMinute: 60 }),
];
