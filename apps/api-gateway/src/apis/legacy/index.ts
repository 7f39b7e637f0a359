import { auth } from '@skep/contracts/auth';
import { portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import { api } from '../../api.js';
import { account, admin, open, user } from '../../route.js';
import { del, get, patch, post, put } from '../../table.js';
import { cloud } from '../cloud/index.js';
import { healthPaths } from '../cloud/controllers.js';

const ofApp = user({ key: true, alone: true });

/** The registry's paths of former clients. */
export const legacyRegistryRoutes = [
  get('/extensions', portal.listRegisteredApps, ofApp),
  post('/extensions', portal.registerApp, ofApp, { status: 201, perMinute: 60 }),
  get('/extensions/{app_id}', portal.getRegisteredApp, ofApp),
  put('/extensions/{app_id}', portal.updateRegisteredApp, ofApp),
  del('/extensions/{app_id}', portal.deleteRegisteredApp, ofApp),
  get('/user-extensions/{user_id}', registry.listUserExtensions, admin({ key: true })),
  post('/user-extensions', registry.activateUserExtension, admin({ key: true }), { status: 201 }),
  del('/user-extensions/{user_id}/{app_id}', registry.uninstallUserExtension, admin({ key: true })),
];

/** Paths of former clients. Each leads to an operation of the cloud, under the same rules. */
export const legacy = api({
  name: 'legacy',
  info: {
    title: 'Skep, former paths',
    summary: 'Paths without a version, for clients of former releases of the cloud.',
    description: 'Each path does the same as one below `/v1`, which new clients should use.',
  },
  tags: {
    auth: 'Accounts, sessions and API keys.',
    portal: 'Apps.',
    registry: 'Extensions of users.',
    gateway: 'The state of the gateway.',
  },
  auth: cloud.auth,
  routes: [
    post('/auth/register', auth.signup, open(), { status: 201, perMinute: 3 }),
    post('/auth/verify', auth.verifyEmail, open(), { perMinute: 30 }),
    post('/auth/login', auth.login, open(), { failuresPerMinute: 5 }),
    post('/auth/refresh', auth.refresh, open(), { perMinute: 30 }),
    post('/auth/logout', auth.logout, open(), { perMinute: 30 }),
    get('/auth/me', auth.getMe, account(), { perMinute: 60 }),
    patch('/auth/users/{imperal_id}/cases-uid', auth.setCasesUser, account(), { sensitive: true }),
    post('/auth/api-keys/validate', auth.validateApiKey, open(), { perMinute: 120 }),
    post('/auth/forgot-password', auth.forgotPassword, open(), { perMinute: 3 }),
    post('/auth/reset-password', auth.resetPassword, open(), { perMinute: 10 }),
    ...legacyRegistryRoutes,
  ],
  controllers: (problems) => healthPaths(problems, { '/health': 'getRegistryHealth' }),
});
