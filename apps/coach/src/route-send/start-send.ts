import { InvalidInput } from '@skep/contracts';
import { type StartCourseSend, type StartedCourseSend } from '@skep/contracts/coach';
import { connections, ReturnNotAllowed } from '@skep/contracts/connections';
import { Bus, type Ctx, mayReturnTo } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { CoachConfig } from '../coach.config.js';
import { RouteRepository } from '../route/route.repository.js';
import { ofDraft } from '../route/to-route.js';
import { toCourse } from './course.js';
import { GARMIN } from './garmin-tokens.js';
import { hashOf, newSendId, RouteSendRepository } from './route-send.repository.js';

const CALLBACK = '/route-send/garmin/callback';

/** Freezes the route of a visitor, and asks them at Garmin. */
@Injectable()
export class StartSend {
  private readonly allowed: ReadonlySet<string>;

  constructor(
    private readonly bus: Bus,
    private readonly routes: RouteRepository,
    private readonly sends: RouteSendRepository,
    config: CoachConfig,
  ) {
    this.allowed = new Set(config.RETURN_TO_ALLOW);
  }

  /** @throws Problem `route_not_found`, `route_gone`, `too_large`; `return_not_allowed`; `not_configured` */
  async run(ctx: Ctx, { route_id, route, name, activity_type, return_to, browser }: StartCourseSend): Promise<StartedCourseSend> {
    if ((route_id === undefined) === (route === undefined))
      throw InvalidInput([{ loc: ['route_id'], msg: 'Send either route_id or route', type: 'one_of' }]);
    const place = this.placeOf(return_to);
    const content = route ? ofDraft(route) : await this.routes.find(route_id!);
    const course = toCourse(content, { ...(name && { name }), ...(activity_type && { activity_type }) });
    const send_id = newSendId();
    const grant = { provider: GARMIN, redirect_path: CALLBACK, purpose_id: send_id };
    const { authorization_url, expires_at } = await this.bus.call(connections.startVisitorGrant, ctx, grant);
    const state = new URL(authorization_url).searchParams.get('state') ?? '';
    const ofBrowser = { browser_hash: hashOf(browser), state_hash: hashOf(state) };
    await this.sends.addWaiting({ send_id, ...ofBrowser, route_id: route_id ?? null, return_to: place, course, expires_at });
    return { authorization_url, send_id, expires_at };
  }

  /** Where the browser continues: as asked for, or else the first site of RETURN_TO_ALLOW. Null: a page of the gateway shows the result. */
  private placeOf(return_to: string | undefined): string | null {
    if (return_to === undefined) return [...this.allowed].find((one) => one.startsWith('https:')) ?? null;
    const place = URL.parse(return_to);
    if (!place || !mayReturnTo(place, this.allowed)) throw ReturnNotAllowed();
    return place.href;
  }
}
