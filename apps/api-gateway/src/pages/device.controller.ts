import {
  auth,
  BadRequest,
  ChallengeEnded,
  Problem,
  type ProblemBody,
  type SecondFactorChallenge,
  SecondFactorRequired,
} from '@skep/contracts';
import { Bus, LOG, type Log, networkOf, newCtx, toProblem } from '@skep/platform';
import { Body, Controller, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { GatewayConfig, isSecure } from '../gateway.config.js';
import { agentOf } from '../http/forward.js';
import { LIMITS } from '../http/limit-names.js';
import { RateLimiter } from '../http/rate-limiter.js';
import { askForCode, askForDecision, type Asked, askForFactor, decided, SCRIPT } from './device-page.js';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const FACTOR_POLICY = `${POLICY}; script-src 'self'`;
const COOKIE = 'skep_device';
const COOKIE_SECONDS = 900;
/** A password is verified on the way. */
const TIMEOUT_MS = 15_000;

/**
 * Where a person lets a device in (RFC 8628 §3.3). Signing in here begins no session: it proves this one decision. A decision
 * must come from our own form: the browser tells so (Sec-Fetch-Site), and the form repeats the secret of a same-site cookie.
 */
@Controller()
export class DeviceController {
  constructor(
    private readonly config: GatewayConfig,
    private readonly bus: Bus,
    private readonly limiter: RateLimiter,
    @Inject(LOG) private readonly log: Log,
  ) {}

  @Get('/device')
  async ask(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Query('user_code') user_code?: unknown): Promise<void> {
    if (typeof user_code !== 'string' || !user_code.trim()) return show(reply, 200, askForCode());
    await this.answer(request, reply, 'device.page', async () => this.showDevice(request, reply, { user_code }));
  }

  @Get('/device.js')
  script(@Res() reply: FastifyReply): void {
    void reply.type('text/javascript; charset=utf-8').send(SCRIPT);
  }

  @Post('/device')
  @RouteConfig({ form: true })
  async decide(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Body() body: Record<string, unknown> = {}): Promise<void> {
    const fields = texts(body);
    const { user_code = '', decision = '', email = '', password = '', tenant_id = '', csrf = '' } = fields;
    await this.answer(request, reply, 'device.decision', async () => {
      if (!ours(request, csrf)) throw BadRequest('This form is too old, or not ours. Begin again.');
      const proof = decision === 'deny' ? { tenant_id: 'default' } : (factorOf(fields) ?? { email, password, tenant_id });
      try {
        await this.bus.call(auth.decideDevice, contextOf(request), { user_code, decision, ...proof });
      } catch (error) {
        if (!(error instanceof Problem) || error.body.status >= 500 || error.body.code === 'user_code_not_found') throw error;
        const asked = askedBy(error, fields);
        if (asked) return this.showFactor(reply, user_code, asked, error);
        return this.showDevice(request, reply, { user_code, email, tenant_id, problem: error });
      }
      this.setCookie(reply, '', 0);
      show(reply, 200, decided(decision === 'approve'));
    });
  }

  private async showDevice(request: FastifyRequest, reply: FastifyReply, typed: Decision): Promise<void> {
    const { problem, email, tenant_id } = typed;
    const device = await this.bus.call(auth.describeDevice, contextOf(request), { user_code: typed.user_code });
    const csrf = this.newForm(reply, problem);
    show(reply, problem?.body.status ?? 200, askForDecision(device, csrf, { email, tenant_id, ...(problem && { error: told(problem) }) }));
  }

  /** To be asked for a second factor is no failure; a wrong one is. */
  private showFactor(reply: FastifyReply, user_code: string, asked: Asked, problem: Problem): void {
    const csrf = this.newForm(reply, problem);
    const first = problem.body.code === SecondFactorRequired.code;
    const html = askForFactor(user_code, csrf, asked, first ? undefined : told(problem));
    show(reply, first ? 200 : problem.body.status, html, FACTOR_POLICY);
  }

  /** The secret of a form, which the cookie repeats. */
  private newForm(reply: FastifyReply, problem?: Problem): string {
    const csrf = randomBytes(32).toString('base64url');
    this.setCookie(reply, csrf, COOKIE_SECONDS);
    if (problem?.retryAfter) void reply.header('retry-after', String(problem.retryAfter));
    return csrf;
  }

  private setCookie(reply: FastifyReply, value: string, seconds: number): void {
    const secure = isSecure(this.config) ? '; Secure' : '';
    void reply.header('set-cookie', `${COOKIE}=${value}; Path=/device; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`);
  }

  /** A problem is a page too: the one that asks for the code, and says what is wrong. */
  private async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    limit: 'device.page' | 'device.decision',
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await this.limiter.limit(reply, limit, networkOf(request.ip), LIMITS[limit]);
      await work();
    } catch (error) {
      const problem = toProblem(error, undefined, this.log);
      if (problem.retryAfter) void reply.header('retry-after', String(problem.retryAfter));
      show(reply, problem.body.status, askForCode(told(problem)));
    }
  }
}

interface Decision {
  user_code: string;
  email?: string;
  tenant_id?: string;
  problem?: Problem;
}

const contextOf = (request: FastifyRequest) =>
  newCtx({ request: request.id, ip: request.ip, ...agentOf(request), deadline: Date.now() + TIMEOUT_MS });

/** The answer to a challenge, where the form was the one that asks for it. */
function factorOf({ challenge, code = '', passkey }: Record<string, string>) {
  if (!challenge) return undefined;
  const answer = passkey
    ? { passkey: jsonOf(passkey) }
    : /^\s*\d{3} ?\d{3}\s*$/.test(code)
      ? { code: code.trim() }
      : { recovery_code: code };
  return { challenge, tenant_id: 'default', ...answer };
}

/** What to ask next: the second factor for the first time, or once more as long as its challenge lives. */
function askedBy({ body }: Problem, { challenge = '', options = '' }: Record<string, string>): Asked | undefined {
  if (body.code === SecondFactorRequired.code) {
    const { challenge, passkey_options } = body as ProblemBody & SecondFactorChallenge;
    return { challenge, options: passkey_options ? JSON.stringify(passkey_options) : '' };
  }
  return challenge && body.code !== ChallengeEnded.code ? { challenge, options } : undefined;
}

/** Nothing that a passkey could have said, where it is no JSON. */
function jsonOf(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function show(reply: FastifyReply, status: number, html: string, policy = POLICY): void {
  void reply.code(status).header('content-security-policy', policy).type('text/html; charset=utf-8').send(html);
}

const texts = (body: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));

const told = ({ body }: Problem) =>
  typeof body.detail === 'string' ? body.detail : 'Look through what you have typed in: something is missing or not valid.';

function ours({ headers }: FastifyRequest, csrf: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  const cookie = new RegExp(`(?:^|; ?)${COOKIE}=([\\w-]{43})(?:;|$)`).exec(headers.cookie ?? '')?.[1];
  return cookie !== undefined && cookie.length === csrf.length && timingSafeEqual(Buffer.from(cookie), Buffer.from(csrf));
}
