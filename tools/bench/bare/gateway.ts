// A minimal gateway that still authenticates: node:http, one route, RS256 with node:crypto, a map of verified tokens.
import { createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from '@nats-io/transport-node';
import { requests } from './requests.ts';

const { JWT_PUBLIC_KEY = '', NATS_URL = '', NATS_USER = '', NATS_PASSWORD = '', PORT, ROUTE, SUBJECT = '' } = process.env;
const key = createPublicKey(JWT_PUBLIC_KEY);
const ask = requests(await connect({ servers: NATS_URL, user: NATS_USER, pass: NATS_PASSWORD, noAsyncTraces: true }));
interface Claims {
  tenant_id: string;
  sub: string;
  exp: number;
}

const good = new Map<string, Claims>();

/** The claims of a valid token; undefined for an invalid one. */
function claimsOf(authorization = ''): Claims | undefined {
  let claims = good.get(authorization);
  if (!claims) {
    const [, head = '', body = '', signature] = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization) ?? [];
    if (!signature || decode<{ alg: string }>(head).alg !== 'RS256') return undefined;
    if (!verify('RSA-SHA256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))) return undefined;
    claims = decode<Claims>(body);
    if (good.size >= 10_000) good.clear();
    good.set(authorization, claims);
  }
  return claims.exp * 1000 > Date.now() ? claims : undefined;
}

const decode = <T>(part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as T;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (request.url !== ROUTE) return void response.writeHead(404).end();
    const claims = claimsOf(request.headers.authorization);
    if (!claims) return void response.writeHead(401).end();
    const { data } = await ask(SUBJECT, JSON.stringify([claims.tenant_id, claims.sub]));
    response
      .writeHead(data.length ? 200 : 503, { 'content-type': 'application/json; charset=utf-8', 'content-length': data.length })
      .end(data);
  } catch (error) {
    console.error(error);
    response.writeHead(503).end();
  }
}

createServer((request, response) => void answer(request, response)).listen(Number(PORT), '127.0.0.1', () =>
  process.once('disconnect', () => process.exit()).send?.('ready'),
);
