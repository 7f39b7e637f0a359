import { auth } from '@skep/contracts/auth';
import { healthExchange } from '../../exchange/health-exchange.js';
import { open, optionalUser } from '../../route.js';
import { del, get, post, routeBuilder } from '../../table.js';
import { person } from './access.js';

const PROBE = '/auth/health-probe';
/** Longer than both requests to Google may take. */
const GOOGLE_MS = 15_000;
const challenges = { perMinute: 60 };
const attests = { perMinute: 30, status: 201 };
const probes = { perMinute: 30 };
const checkOf = routeBuilder('GET', healthExchange(['channels', 'coach', 'connections', 'models']));

export const attestationRoutes = [
  post('/attest/challenge', auth.requestChallenge, optionalUser(), challenges),
  get('/attest/challenge', auth.requestChallenge, optionalUser(), { ...challenges, id: 'getChallenge' }),
  post('/attest/ios', auth.attestKey, optionalUser(), attests),
  post('/attest/verify', auth.attestKey, optionalUser(), { ...attests, id: 'verifyKey' }),
  post('/attest/ios/assert', auth.assertKey, person),
  post('/attest/android', auth.checkIntegrity, optionalUser(), { perMinute: 30, timeoutMs: GOOGLE_MS }),
  del('/attest/devices/{id}', auth.forgetAttestedDevice, person, { status: 204 }),

  post(`${PROBE}/challenge`, auth.requestProbeChallenge, open(), probes),
  post(`${PROBE}/token`, auth.issueProbeToken, open(), probes),
  checkOf(`${PROBE}/check`, auth.checkHealth, open(), { ...probes, headers: { token: { name: 'authorization', scheme: 'Bearer' } } }),
];
