import { portal } from '@skep/contracts';
import { admin, del, get, post, put, service, user } from './define.js';

export const developerRoutes = [
  post('/v1/developer/register', portal.registerDeveloper, user()),
  get('/v1/developer/profile', portal.getProfile, user()),
  post('/v1/developer/apps', portal.createApp, user(), { status: 201, perMinute: 60 }),
  get('/v1/developer/apps', portal.listApps, user({ key: 'developer:apps:read' })),
  get('/v1/developer/apps/{app_id}', portal.getApp, user({ key: 'developer:apps:read' })),
  put('/v1/developer/apps/{app_id}', portal.updateApp, user()),
  post('/v1/developer/apps/{app_id}/deploys', portal.recordDeploy, user({ key: 'developer:apps:write' }), { status: 201, perMinute: 60 }),
  get('/v1/developer/apps/{app_id}/deploys', portal.listDeploys, user({ key: 'developer:apps:read' })),
  post('/v1/developer/apps/{app_id}/submit', portal.submitApp, user(), { perMinute: 60, patience: 15_000 }),
  post('/v1/apps/{app_id}/keys', portal.createAppKey, user({ inPerson: true }), { perMinute: 5, sensitive: true }),
  get('/v1/apps/{app_id}/keys', portal.listAppKeys, user({ key: 'developer:apps:read' }), { sensitive: true }),
  del('/v1/apps/{app_id}/keys/{key_id}', portal.revokeAppKey, user(), { sensitive: true }),
  post('/v1/developer/apps/{app_id}/_sync_manifest', portal.syncManifest, service()),
  get('/v1/admin/apps/pending', portal.listPending, admin('admin:developer:review')),
  post('/v1/admin/apps/{app_id}/approve', portal.approveApp, admin('admin:developer:review')),
  post('/v1/admin/apps/{app_id}/reject', portal.rejectApp, admin('admin:developer:review')),
];
