import type { CourseSendReturn, FinishCourseSend } from '@skep/contracts/coach';
import { connections, StateInvalid } from '@skep/contracts/connections';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { GARMIN } from './garmin-tokens.js';
import type { RouteSendEntity } from './route-send.entity.js';
import { RouteSendRepository } from './route-send.repository.js';

const ON_ITS_WAY = { title: 'Your route is on its way', message: 'Garmin Connect shows it in a moment. You can close this page.' };
const NOT_SENT = { title: 'Your route was not sent', message: 'Garmin has not allowed it. Start again if you want to send it.' };

const FAILED = {
  denied: { error_code: 'denied', error: 'The person or Garmin said no.' },
  failed: { error_code: 'not_connected', error: 'Garmin gave no usable answer. Start again.' },
};

/** Takes the answer of Garmin, in the browser that has asked for it, and starts to send. */
@Injectable()
export class FinishSend {
  constructor(
    private readonly bus: Bus,
    private readonly sends: RouteSendRepository,
  ) {}

  /** @throws Problem `state_invalid` in another browser, and the second time: then nothing is sent */
  async run(ctx: Ctx, { state, code, error, browser }: FinishCourseSend): Promise<CourseSendReturn> {
    const send = await this.sends.findWaiting(browser, state);
    if (!send) throw StateInvalid();
    const answer = { provider: GARMIN, state, ...(code !== undefined && { code }), ...(error !== undefined && { error }) };
    const { purpose_id, status } = await this.bus.call(connections.finishVisitorGrant, ctx, answer);
    if (purpose_id !== send.send_id) throw StateInvalid();
    if (status !== 'granted') {
      await this.sends.update(send.send_id, { status: 'failed', state_hash: null, ...FAILED[status] });
      return { ...NOT_SENT, ...placeOf(send, { status: 'failed', code: FAILED[status].error_code }) };
    }
    await this.sends.startSending(ctx, send);
    return { ...ON_ITS_WAY, ...placeOf(send, { status: 'sending' }) };
  }
}

function placeOf({ send_id, return_to }: RouteSendEntity, said: Record<string, string>): { location?: string } {
  if (return_to === null) return {};
  const place = new URL(return_to);
  for (const [name, value] of Object.entries({ send_id, ...said })) place.searchParams.set(name, value);
  return { location: place.href };
}
