import { connections } from '@skep/contracts/connections';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { RouteSendEntity } from './route-send.entity.js';

export const GARMIN = 'garmin';
const TIMEOUT_MS = 20_000;

/** Tokens for the API of Garmin, which connections keeps. */
@Injectable()
export class GarminTokens {
  constructor(private readonly bus: Bus) {}

  /**
   * The token of the person or the visitor who sends.
   * @param stale_token a token that Garmin has refused: the answer is another one
   * @throws Problem as connections does: below 500 there is none
   */
  async find(ctx: Ctx, { send_id, user_id }: Pick<RouteSendEntity, 'send_id' | 'user_id'>, stale_token?: string): Promise<string> {
    const { access_token } = await this.ask(hurried(ctx), send_id, user_id !== '', stale_token);
    return access_token;
  }

  /** Forgets the token of a visitor. Idempotent. */
  async forget(ctx: Ctx, send_id: string): Promise<void> {
    await this.bus.call(connections.dropVisitorGrant, hurried(ctx), { purpose_id: send_id });
  }

  private ask(ctx: Ctx, purpose_id: string, ofPerson: boolean, stale_token?: string): Promise<{ access_token: string }> {
    if (!ofPerson) return this.bus.call(connections.visitorToken, ctx, { purpose_id, ...(stale_token !== undefined && { stale_token }) });
    if (stale_token === undefined) return this.bus.call(connections.healthToken, ctx, { provider: GARMIN });
    return this.bus.call(connections.renewHealthToken, ctx, { provider: GARMIN, stale_token });
  }
}

/** A run may take a day. An answer with a token is never stored, so it has no key. */
const hurried = (ctx: Ctx): Ctx => ({ ...ctx, idempotencyKey: undefined, deadline: Date.now() + TIMEOUT_MS }) as Ctx;
