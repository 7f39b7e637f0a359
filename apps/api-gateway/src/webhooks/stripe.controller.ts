import { BadRequest, TooLarge } from '@skep/contracts';
import { billing, type StripeReceived } from '@skep/contracts/billing';
import { Bus, newCtx } from '@skep/platform';
import { Controller, Headers, HttpCode, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/** Larger than any Stripe event. */
const MAX_BODY_BYTES = 256 << 10;
/** Stripe times out after ten seconds and retries later. */
const TIMEOUT_MS = 9_000;

/**
 * `POST /v1/webhooks/stripe`: the Stripe webhook. Stripe signs the bytes, so the gateway forwards them unchanged to billing, which
 * has the secret and verifies them.
 */
@Controller()
export class StripeWebhookController {
  constructor(private readonly bus: Bus) {}

  @Post('/v1/webhooks/stripe')
  @HttpCode(200)
  @RouteConfig({ raw: true, limit: 'stripe' })
  async receive(@Req() { body, id, ip }: FastifyRequest, @Headers('stripe-signature') signature?: string): Promise<StripeReceived> {
    if (!Buffer.isBuffer(body) || !signature || signature.length > 2_000) throw BadRequest();
    if (body.length > MAX_BODY_BYTES) throw TooLarge();
    const ctx = newCtx({ actor: 'stripe', request: id, ip, deadline: Date.now() + TIMEOUT_MS });
    return this.bus.call(billing.receiveStripeEvent, ctx, { signature, body: body.toString('base64') });
  }
}
