import { isRefusal, Problem } from '@skep/contracts';
import type { SendStatus } from '@skep/contracts/coach';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { GarminCourses, type Outcome } from './garmin-courses.js';
import { GarminTokens } from './garmin-tokens.js';
import type { RouteSendEntity } from './route-send.entity.js';
import { RouteSendRepository } from './route-send.repository.js';

/** The pause after the first failure; each further one is twice as long, up to the longest. */
const PAUSE_MS = { first: 1_000, max: 60_000 };

/** How a sending stands after an attempt. */
export interface Attempted {
  status: SendStatus;
  attempts: number;
  /** When Garmin may take it again; null if it must not be repeated. */
  retry_at: string | null;
}

/** An end that is no outcome of a request for a course. */
type End = Outcome | { kind: 'not_connected' };

/** One attempt to send a course. What Garmin may have taken is not sent again. */
@Injectable()
export class SendCourse {
  constructor(
    private readonly garmin: GarminCourses,
    private readonly tokens: GarminTokens,
    private readonly sends: RouteSendRepository,
  ) {}

  /** Undefined if the sending has been erased. */
  async attempt(ctx: Ctx, send_id: string): Promise<Attempted | undefined> {
    const send = await this.sends.find(send_id);
    if (send?.status === 'sending') await this.end(send, send.requested ? { kind: 'unknown' } : await this.request(ctx, send));
    const after = await this.sends.find(send_id);
    return after && { status: after.status, attempts: after.attempts, retry_at: after.retry_at?.toISOString() ?? null };
  }

  private async request(ctx: Ctx, send: RouteSendEntity): Promise<End> {
    try {
      let token = await this.tokens.find(ctx, send);
      const renew = async () => (token = await this.tokens.find(ctx, send, token));
      let mayImport = await this.garmin.mayImport(token);
      const isRenewed = mayImport === 'unauthorized';
      if (isRenewed) mayImport = await this.garmin.mayImport(await renew());
      if (mayImport === false) return { kind: 'forbidden' };
      const before = send.user_id && (await this.sends.findCourse({ tenant: send.tenant_id, user: send.user_id }, send.route_id ?? ''));
      if (!(await this.sends.beginRequest(send.send_id))) return { kind: 'unknown' };
      const first = await this.write(send, token, before || undefined);
      if (first.kind !== 'unauthorized' || isRenewed) return first;
      return await this.write(send, await renew(), before || undefined);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // Without a token nothing was sent: Garmin has refused the one before, if there was one.
      return isRefusal(error) ? { kind: 'not_connected' } : { kind: 'unavailable', retryAfterMs: 0 };
    }
  }

  /** A course that was deleted at Garmin is created again. */
  private async write({ course }: RouteSendEntity, token: string, before: string | undefined): Promise<Outcome> {
    const outcome = await this.garmin.send(course!, token, before);
    return outcome.kind === 'gone' ? this.garmin.send(course!, token) : outcome;
  }

  private end({ send_id, attempts }: RouteSendEntity, end: End): Promise<void> {
    if (end.kind === 'sent') return this.sends.update(send_id, { status: 'sent', course_id: end.course_id, retry_at: null, course: null });
    const failed = {
      error_code: CODES[end.kind],
      error: end.kind === 'refused' ? `Garmin refused the course: ${end.reason}` : TEXTS[end.kind],
    };
    if (end.kind === 'forbidden') return this.sends.update(send_id, { ...failed, status: 'permission_missing', retry_at: null });
    const pause =
      'retryAfterMs' in end ? Math.max(end.retryAfterMs, Math.min(PAUSE_MS.max, PAUSE_MS.first * 2 ** (attempts - 1))) : undefined;
    return this.sends.update(send_id, { ...failed, status: 'failed', retry_at: pause === undefined ? null : new Date(Date.now() + pause) });
  }
}

type Failure = Exclude<End['kind'], 'sent'>;

const CODES: Record<Failure, string> = {
  unauthorized: 'not_connected',
  not_connected: 'not_connected',
  forbidden: 'permission_missing',
  gone: 'refused',
  refused: 'refused',
  busy: 'busy',
  unavailable: 'unavailable',
  unknown: 'outcome_unknown',
};

const RECONNECT = 'Garmin no longer accepts the connection. Connect again.';
const TEXTS: Record<Exclude<Failure, 'refused'>, string> = {
  unauthorized: RECONNECT,
  not_connected: RECONNECT,
  forbidden: 'Garmin has no permission to take courses. Allow it at Garmin, and send again.',
  gone: 'Garmin does not know the course.',
  busy: 'Garmin limits the rate. Send it again in a moment.',
  unavailable: 'Garmin does not answer. Send it again in a moment.',
  unknown: 'Garmin did not answer. The course may have arrived: look at Garmin Connect before you send it again.',
};
