import { CourseRefused, GarminUnavailable, PermissionMissing, type SendCourse, SendUnknown, type SentCourse } from '@skep/contracts/coach';
import type { Problem } from '@skep/contracts';
import { HealthNotConnected } from '@skep/contracts/connections';
import { commitWithAnswer, type Ctx, currentLease, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { RouteRepository } from '../route/route.repository.js';
import { toCourse, urlOfCourse } from './course.js';
import type { RouteSendEntity } from './route-send.entity.js';
import { RouteSendRepository } from './route-send.repository.js';

const LOOK_MS = 50;
/** What is left for the answer. */
const REPLY_MS = 1_000;
/** The part of a request with an Idempotency-Key. */
const STARTED = 'start';

/** Sends a route to the account of a person, and waits for how that goes. */
@Injectable()
export class SendOfPerson {
  constructor(
    private readonly db: Database,
    private readonly routes: RouteRepository,
    private readonly sends: RouteSendRepository,
  ) {}

  /** @throws Problem `route_not_found`, `route_gone`; `health_not_connected`, `permission_missing`, `course_refused`, `garmin_unavailable`, `send_unknown` */
  async run(ctx: Ctx, input: SendCourse): Promise<SentCourse> {
    const send = await this.ended(ctx, await this.startOnce(ctx, input));
    if (send?.status !== 'sent' || send.course_id === null) throw toProblem(send);
    const { course_id } = send;
    return commitWithAnswer(this.db, () => Promise.resolve({ course_id, course_url: urlOfCourse(course_id) }));
  }

  /** A request that is repeated under its Idempotency-Key waits for the sending of the first. */
  private async startOnce(ctx: Ctx, { route_id, name, activity_type }: SendCourse): Promise<string> {
    const lease = currentLease();
    const before = lease?.findPart<string>(STARTED);
    if (before !== undefined) return before;
    const route = await this.routes.find(route_id);
    const course = toCourse(route, { ...(name && { name }), ...(activity_type && { activity_type }) });
    return this.db.transaction(async () => {
      const send_id = await this.sends.addSending(ctx, { route_id, course });
      await lease?.recordPart(STARTED, send_id);
      return send_id;
    });
  }

  private async ended(ctx: Ctx, send_id: string): Promise<RouteSendEntity | undefined> {
    for (;;) {
      const send = await this.sends.find(send_id);
      if (send?.status !== 'sending' || Date.now() + REPLY_MS > ctx.deadline) return send;
      await sleep(LOOK_MS);
    }
  }
}

function toProblem(send: RouteSendEntity | undefined): Problem {
  const detail = send?.error ?? undefined;
  switch (send?.error_code) {
    case 'not_connected':
      return HealthNotConnected();
    case 'permission_missing':
      return PermissionMissing();
    case 'refused':
      return CourseRefused(detail);
    case 'busy':
    case 'unavailable':
      return GarminUnavailable(detail, Math.max(1, Math.ceil(((send.retry_at?.getTime() ?? 0) - Date.now()) / 1_000)));
    default:
      return SendUnknown();
  }
}
