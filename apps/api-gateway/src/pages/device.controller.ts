import { BadRequest, Problem, type ProblemBody } from '@skep/contracts';
import { auth, ChallengeEnded, type SecondFactorChallenge, SecondFactorRequired } from '@skep/contracts/auth';
import { Bus, LOG, type Log, networkOf, newCtx, toProblem } from '@skep/platform';
import { Body, Controller, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { GatewayConfig, isSecure } from '../gateway.config.js';
import { userAgentOf } from '../http/route-forwarder.js';
import { LIMITS } from '../http/limit-names.js';
import { RateLimiter } from '../http/rate-limiter.js';
import {
  renderCodePage,
  renderDecisionPage,
  type PendingChallenge,
  renderSecondFactorPage,
  renderResultPage,
  PASSKEY_SCRIPT,
} from './device-page.js';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const FACTOR_POLICY = `${POLICY}; script-src 'self'`;
const COOKIE = 'skep_device';
const COOKIE_SECONDS = 900;
/** Verifying a password takes long. */
const TIMEOUT_MS = 15_000;

/**
 * The page on which a user connects a device (RFC 8628 §3.3). The credentials authorize this one decision and create no session.
 * Protected against CSRF: a decision must have `Sec-Fetch-Site: same-origin` if the browser sends it, and the token of a
 * `SameSite=Strict` cookie in the form.
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
  async showPage(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Query('user_code') user_code?: unknown): Promise<void> {
    if (typeof user_code !== 'string' || !user_code.trim()) return sendHtml(reply, 200, renderCodePage());
    await this.handle(request, reply, 'device.page', async () => this.showDevice(request, reply, { user_code }));
  }

  @Get('/device.js')
  script(@Res() reply: FastifyReply): void {
    void reply.type('text/javascript; charset=utf-8').send(PASSKEY_SCRIPT);
  }

  @Post('/device')
  @RouteConfig({ form: true })
  async decide(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Body() body: Record<string, unknown> = {}): Promise<void> {
    const fields = stringFields(body);
    const { user_code = '', decision = '', email = '', password = '', tenant_id = '', csrf = '' } = fields;
    await this.handle(request, reply, 'device.decision', async () => {
      if (!isOwnForm(request, csrf)) throw BadRequest('This form has expired or comes from another site. Start again.');
      const proof = decision === 'deny' ? { tenant_id: 'default' } : (parseFactor(fields) ?? { email, password, tenant_id });
      try {
        await this.bus.call(auth.decideDevice, createCtx(request), { user_code, decision, ...proof });
      } catch (error) {
        if (!(error instanceof Problem) || error.body.status >= 500 || error.body.code === 'user_code_not_found') throw error;
        const challenge = nextChallenge(error, fields);
        if (challenge) return this.showSecondFactor(reply, user_code, challenge, error);
        return this.showDevice(request, reply, { user_code, email, tenant_id, problem: error });
      }
      this.setCookie(reply, '', 0);
      sendHtml(reply, 200, renderResultPage(decision === 'approve'));
    });
  }

  private async showDevice(request: FastifyRequest, reply: FastifyReply, form: DecisionForm): Promise<void> {
    const { problem, email, tenant_id } = form;
    const device = await this.bus.call(auth.describeDevice, createCtx(request), { user_code: form.user_code });
    const csrf = this.issueCsrfToken(reply, problem);
    sendHtml(
      reply,
      problem?.body.status ?? 200,
      renderDecisionPage(device, csrf, { email, tenant_id, ...(problem && { error: messageOf(problem) }) }),
    );
  }

  /** Answers 200 when a second factor is required, and the problem's status when one was wrong. */
  private showSecondFactor(reply: FastifyReply, user_code: string, challenge: PendingChallenge, problem: Problem): void {
    const csrf = this.issueCsrfToken(reply, problem);
    const isFirst = problem.body.code === SecondFactorRequired.code;
    const html = renderSecondFactorPage(user_code, csrf, challenge, isFirst ? undefined : messageOf(problem));
    sendHtml(reply, isFirst ? 200 : problem.body.status, html, FACTOR_POLICY);
  }

  /** Creates the token that a form and its cookie must both contain. */
  private issueCsrfToken(reply: FastifyReply, problem?: Problem): string {
    const csrf = randomBytes(32).toString('base64url');
    this.setCookie(reply, csrf, COOKIE_SECONDS);
    if (problem?.retryAfter) void reply.header('retry-after', String(problem.retryAfter));
    return csrf;
  }

  private setCookie(reply: FastifyReply, value: string, seconds: number): void {
    const secure = isSecure(this.config) ? '; Secure' : '';
    void reply.header('set-cookie', `${COOKIE}=${value}; Path=/device; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`);
  }

  /** Applies a limit, and shows problems on the page that asks for the code. */
  private async handle(
    request: FastifyRequest,
    reply: FastifyReply,
    limit: 'device.page' | 'device.decision',
    show: () => Promise<void>,
  ): Promise<void> {
    try {
      await this.limiter.consume(reply, limit, networkOf(request.ip), LIMITS[limit]);
      await show();
    } catch (error) {
      const problem = toProblem(error, undefined, this.log);
      if (problem.retryAfter) void reply.header('retry-after', String(problem.retryAfter));
      sendHtml(reply, problem.body.status, renderCodePage(messageOf(problem)));
    }
  }
}

interface DecisionForm {
  user_code: string;
  email?: string;
  tenant_id?: string;
  problem?: Problem;
}

const createCtx = (request: FastifyRequest) =>
  newCtx({ request: request.id, ip: request.ip, ...userAgentOf(request), deadline: Date.now() + TIMEOUT_MS });

/** Parses the second factor. Returns undefined for a form without a challenge. */
function parseFactor({ challenge, code = '', passkey }: Record<string, string>) {
  if (!challenge) return undefined;
  const factor = passkey
    ? { passkey: parseJsonObject(passkey) }
    : /^\s*\d{3} ?\d{3}\s*$/.test(code)
      ? { code: code.trim() }
      : { recovery_code: code };
  return { challenge, tenant_id: 'default', ...factor };
}

/** The challenge to show next: a new one, or the same again until it expires. Undefined when the login has to start again. */
function nextChallenge({ body }: Problem, { challenge = '', options = '' }: Record<string, string>): PendingChallenge | undefined {
  if (body.code === SecondFactorRequired.code) {
    const { challenge, passkey_options } = body as ProblemBody & SecondFactorChallenge;
    return { challenge, options: passkey_options ? JSON.stringify(passkey_options) : '' };
  }
  return challenge && body.code !== ChallengeEnded.code ? { challenge, options } : undefined;
}

/** Returns an empty object, which no passkey sends, for text that is not JSON. */
function parseJsonObject(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function sendHtml(reply: FastifyReply, status: number, html: string, policy = POLICY): void {
  void reply.code(status).header('content-security-policy', policy).type('text/html; charset=utf-8').send(html);
}

const stringFields = (body: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));

const messageOf = ({ body }: Problem) =>
  typeof body.detail === 'string' ? body.detail : 'Something in the form is missing or not valid. Check your input.';

function isOwnForm({ headers }: FastifyRequest, csrf: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  const cookie = new RegExp(`(?:^|; ?)${COOKIE}=([\\w-]{43})(?:;|$)`).exec(headers.cookie ?? '')?.[1];
  return cookie !== undefined && cookie.length === csrf.length && timingSafeEqual(Buffer.from(cookie), Buffer.from(csrf));
}
