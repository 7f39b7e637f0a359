import { auth } from '@skep/contracts/auth';
import { account, open } from '../../route.js';
import { get, post } from '../../table.js';

export const authRoutes = [
  post('/api/auth/register', auth.registerForAgents, open(), { status: 201, perMinute: 5 }),
  post('/api/auth/login', auth.loginForAgents, open(), { failuresPerMinute: 10 }),
  get('/api/auth/me', auth.getAgentUser, account()),
];
