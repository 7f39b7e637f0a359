import { channels } from '@skep/contracts/channels';
import { account, extension, open, service } from '../../route.js';
import { del, get, patch, post, put } from '../../table.js';

/** Includes the answer of a mail server. */
const MAIL_MS = 15_000;

export const channelRoutes = [
  post('/v1/internal/notify', channels.notify, extension()),
  get('/v1/internal/surfaces/{user_id}', channels.getSurfaces, service()),
  get('/v1/me/notifications', channels.listNotifications, account()),
  post('/v1/me/notifications/read', channels.markNotificationsRead, account()),
  get('/v1/me/notifications/preferences', channels.getPreferences, account()),
  patch('/v1/me/notifications/preferences', channels.updatePreferences, account(), { perMinute: 60 }),
  get('/v1/me/notifications/push', channels.getPushKey, account()),
  post('/v1/me/notifications/push', channels.subscribePush, account(), { status: 201, perMinute: 20 }),
  del('/v1/me/notifications/push', channels.unsubscribePush, account(), { body: true, perMinute: 20 }),
  // A provider of mail posts a form; what it says is in the address.
  post('/v1/notifications/unsubscribe', channels.unsubscribe, open(), { query: ['token'], oauth: true, perMinute: 30 }),
  get('/v1/internal/email/log', channels.listEmails, service()),
  get('/v1/internal/email/templates', channels.listEmailTemplates, service()),
  get('/v1/internal/email/templates/{case}', channels.getEmailTemplate, service()),
  put('/v1/internal/email/templates/{case}', channels.updateEmailTemplate, service()),
  post('/v1/internal/email/test', channels.testEmail, service(), { timeoutMs: MAIL_MS }),
];
