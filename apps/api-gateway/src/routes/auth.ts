import { auth } from '@skep/contracts';
import { admin, del, get, open, post, service, user } from './define.js';

export const authRoutes = [
  post('/v1/auth/signup', auth.signup, open(), { status: 201, perMinute: 3 }),
  post('/v1/auth/verify-email', auth.verifyEmail, open(), { perMinute: 30 }),
  post('/v1/auth/login', auth.login, open(), { perMinute: 5 }),
  post('/v1/auth/refresh', auth.refresh, open(), { perMinute: 30 }),
  post('/v1/auth/logout', auth.logout, open(), { perMinute: 30 }),
  post('/v1/auth/register', auth.register, service(), { status: 201 }),
  get('/v1/auth/me', auth.me, user(), { perMinute: 60 }),
  post('/v1/auth/me/change-password', auth.changePassword, user(), { perMinute: 5, sensitive: true }),
  post('/v1/auth/forgot-password', auth.forgotPassword, open(), { perMinute: 3 }),
  post('/v1/auth/reset-password', auth.resetPassword, open(), { perMinute: 10 }),
  post('/v1/auth/resend-verification', auth.resendVerification, open(), { perMinute: 3 }),
  post('/v1/auth/cli/device/authorize', auth.authorizeDevice, open(), { perMinute: 10, oauth: true }),
  post('/v1/auth/cli/device/token', auth.askForDeviceTokens, open(), { perMinute: 120, oauth: true }),
  get('/v1/auth/sessions', auth.listSessions, user(), { perMinute: 60, sensitive: true }),
  post('/v1/auth/sessions/revoke-others', auth.revokeOtherSessions, user(), { perMinute: 30, sensitive: true }),
  post('/v1/auth/sessions/{session_id}/revoke', auth.revokeSession, user(), { perMinute: 30, sensitive: true }),
  get('/v1/auth/.well-known/jwks.json', auth.jwks, open()),
  post('/v1/keys', auth.createKey, user({ inPerson: true }), { status: 201, sensitive: true }),
  get('/v1/keys', auth.listKeys, user(), { sensitive: true }),
  del('/v1/keys/{key_id}', auth.revokeKey, user(), { sensitive: true }),
  get('/v1/auth/security-events', auth.listSecurityEvents, user(), { perMinute: 60, sensitive: true }),
  get('/v1/audit', auth.readAudit, admin('admin:audit:read'), { sensitive: true }),
  post('/v1/internal/audit', auth.recordAudit, service(), { status: 201 }),
];
