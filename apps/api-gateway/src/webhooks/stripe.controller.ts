import { BadRequest, billing, type StripeReceived, TooLarge } from '@skep/contracts';
import { Bus, newCtx } from '@skep/platform';
import { Controller, Headers, HttpCode, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/** More than any event of Stripe's. */
const BODY_MAX = 256 << 10;
/** Stripe gives up after ten seconds, and comes again later. */
const TIMEOUT_MS = 9_000;

/**
 * `POST /v1/webhooks/stripe`: what Stripe tells by itself. Its signature is over the bytes, so these go on as they came, to billing,
 * which has the secret; nothing here depends on what they say.
 */
@Controller()
export class StripeWebhookController {
  constructor(private readonly bus: Bus) {}

  @Post('/v1/webhooks/stripe')
  @HttpCode(200)
  @RouteConfig({ raw: true, limit: 'stripe' })
  async take(@Req() { body, id, ip }: FastifyRequest, @Headers('stripe-signature') signature?: string): Promise<StripeReceived> {
    if (!Buffer.isBuffer(body) || !signature || signature.length > 2_000) throw BadRequest();
    if (body.length > BODY_MAX) throw TooLarge();
    const ctx = newCtx({ actor: 'stripe', request: id, ip, deadline: Date.now() + TIMEOUT_MS });
    return this.bus.call(billing.receiveStripeEvent, ctx, { signature, body: body.toString('base64') });
  }
}
