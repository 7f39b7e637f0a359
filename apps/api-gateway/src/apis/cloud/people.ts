import { auth } from '@skep/contracts/auth';
import { kernel } from '@skep/contracts/kernel';
import { registry } from '@skep/contracts/registry';
import { account, admin, service, user } from '../../route.js';
import { del, get, patch, post, put } from '../../table.js';
import { CALL_MS } from './kernel.js';

const CALL = { timeoutMs: CALL_MS };

/** People: their names and settings, the calls that wait for them, and the apps that they have. */
export const peopleRoutes = [
  get('/v1/me/nickname', auth.getNickname, account()),
  put('/v1/me/nickname', auth.setNickname, account(), { perMinute: 10 }),
  get('/v1/me/settings', kernel.getMySettings, account()),
  patch('/v1/me/settings', kernel.updateMySettings, account(), { sensitive: true }),
  get('/v1/internal/users/{user_id}/settings', kernel.getUserSettings, service()),
  patch('/v1/internal/users/{user_id}/settings', kernel.updateUserSettings, service(), { query: ['tenant_id'] }),
  post('/v1/extensions/{app_id}/operate', kernel.operateFunction, user(), CALL),
  get('/v1/confirmations/active', kernel.listActiveConfirmations, user()),
  get('/v1/confirmations/{confirmation_id}', kernel.getConfirmation, user()),
  post('/v1/confirmations/{confirmation_id}/confirm', kernel.confirmCall, user(), { ...CALL, sensitive: true }),
  post('/v1/confirmations/{confirmation_id}/accept', kernel.confirmCall, user(), { ...CALL, sensitive: true, id: 'acceptCall' }),
  post('/v1/confirmations/{confirmation_id}/cancel', kernel.cancelCall, user()),
  post('/v1/users/{user_id}/reset-conversation', kernel.resetConversation, admin(), { sensitive: true }),
  get('/v1/users/{user_id}/extensions', registry.listUserExtensions, admin()),
  post('/v1/users/{user_id}/extensions', registry.installUserExtension, admin()),
  del('/v1/users/{user_id}/extensions/{app_id}', registry.uninstallUserExtension, admin()),
  post('/v1/users/{user_id}/extensions/disable', registry.disableUserExtension, admin()),
  del('/v1/users/{user_id}/extensions/disable/{app_id}', registry.enableUserExtension, admin()),
  get('/v1/extensions/{app_id}/users', registry.listAppUsers, admin()),
];
