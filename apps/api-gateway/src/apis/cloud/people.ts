import { kernel } from '@skep/contracts/kernel';
import { account, service, user } from '../../route.js';
import { get, patch, post } from '../../table.js';
import { CALL_MS } from './kernel.js';

const CALL = { timeoutMs: CALL_MS };

/** What people decide: their settings, and the calls that wait for them. */
export const peopleRoutes = [
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
];
