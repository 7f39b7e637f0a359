import { Forbidden, Problem } from '@skep/contracts';
import { auth, InvalidRefreshToken, type Tokens } from '@skep/contracts/auth';
import { Bus, type Ctx, newCtx } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Apis, APIS, takesSessionsAt } from '../api.js';
import { AccessTokens } from '../auth/access-tokens.js';
import { userAgentOf } from '../http/route-forwarder.js';
import { SessionCookies } from './session-cookies.js';

/** What every unsafe request of the web app sends. A page of another origin cannot send it without a preflight, which is never allowed. */
export const CSRF_HEADER = 'x-skep-csrf';

const OTHER_CREDENTIALS = ['authorization', 'x-service-token', 'x-api-key'] as const;
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Sessions of browsers. The access token in a cookie counts as one in `Authorization`, for the APIs that the web app calls, and only if the
 * request has no other credential. One that has expired is renewed on the way, once for all requests that arrive together.
 */
@Injectable()
export class WebSessions {
  /** The exchanges in progress, by refresh token. */
  private readonly refreshing = new Map<string, Promise<Tokens>>();

  constructor(
    private readonly bus: Bus,
    private readonly tokens: AccessTokens,
    private readonly cookies: SessionCookies,
    @Inject(APIS) private readonly apis: Apis,
  ) {}

  /** Adds the credential of a request's cookies. @throws Problem `forbidden` for an unsafe request of another site */
  async present(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (!takesSessionsAt(this.apis, request.url) || OTHER_CREDENTIALS.some((name) => request.headers[name])) return;
    const { access, refresh } = this.cookies.read(request);
    if (!access && !refresh) return;
    assertOwnSite(request);
    const token = (await this.isValid(access)) ? access : await this.renew(request, reply, refresh);
    if (token) request.headers.authorization = `Bearer ${token}`;
  }

  /** Keeps a session in this browser, instead of the one that it had. Its refresh token is used up. @throws Problem `invalid_refresh_token` or `forbidden` */
  async start(request: FastifyRequest, reply: FastifyReply, refresh_token: string): Promise<void> {
    assertOwnSite(request);
    const tokens = await this.bus.call(auth.refresh, ctxOf(request), { refresh_token });
    await this.logout(request);
    this.cookies.write(reply, tokens);
  }

  /** Ends the session of this browser. @throws Problem `forbidden` */
  async end(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    assertOwnSite(request);
    await this.logout(request);
    this.cookies.clear(reply);
  }

  private async logout(request: FastifyRequest): Promise<void> {
    const { refresh } = this.cookies.read(request);
    if (refresh) await this.bus.call(auth.logout, ctxOf(request), { refresh_token: refresh });
  }

  private async isValid(access: string | undefined): Promise<boolean> {
    return !!access && this.tokens.verify(access).then(() => true, whenRejected(false));
  }

  private async renew(request: FastifyRequest, reply: FastifyReply, refresh: string | undefined): Promise<string | undefined> {
    const tokens = refresh && (await this.refresh(request, refresh).catch(whenRejected(undefined)));
    if (tokens) this.cookies.write(reply, tokens);
    else this.cookies.clear(reply);
    return tokens ? tokens.access_token : undefined;
  }

  private refresh(request: FastifyRequest, refresh_token: string): Promise<Tokens> {
    const existing = this.refreshing.get(refresh_token);
    if (existing) return existing;
    const started = this.bus.call(auth.refresh, ctxOf(request), { refresh_token }).finally(() => this.refreshing.delete(refresh_token));
    this.refreshing.set(refresh_token, started);
    return started;
  }
}

/** A fallback for a credential that is not valid. Other errors pass, such as an unavailable service: they must not end a session. */
const whenRejected =
  <T>(fallback: T) =>
  (error: unknown): T => {
    if (error instanceof Problem && [401, InvalidRefreshToken.status, 422].includes(error.body.status)) return fallback;
    throw error;
  };

const ctxOf = (request: FastifyRequest): Ctx =>
  newCtx({ request: request.id, ip: request.ip, ...userAgentOf(request), trace: request.trace });

/**
 * CSRF protection beside `SameSite`, which includes other hosts of the same domain. `Sec-Fetch-Site` says where a request comes from; browsers omit it
 * on plain HTTP, where `Origin` must name this host.
 * @throws Problem `forbidden`
 */
function assertOwnSite({ method, headers, host }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  const isSafe = SAFE_METHODS.includes(method);
  if (isSafe && (site === undefined || site === 'same-origin' || site === 'none')) return;
  const isOwn = site === undefined ? isSameHost(headers.origin, host) : site === 'same-origin';
  if (!isOwn || headers[CSRF_HEADER] === undefined) throw Forbidden('This request comes from another site.');
}

const isSameHost = (origin: string | undefined, host: string): boolean =>
  origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
