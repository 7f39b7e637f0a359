import { type OwnRouteRef, type Route, RouteGone, RouteNotFound, type SavedRoute, type UpdateRoute } from '@skep/contracts/coach';
import { Database, siteOf, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { CoachConfig } from '../coach.config.js';
import { RouteEntity } from './route.entity.js';
import { ofDraft, type RouteContent } from './to-route.js';

const DAY_MS = 86_400_000;
/** 128 bits, which no one guesses. */
const SECRET_BYTES = 16;

const FIND = statement('select * from route where route_id = :route_id', RouteEntity);
const LOCK = statement('select * from route where route_id = :route_id for update', RouteEntity);

/** Saved routes. */
@Injectable()
export class RouteRepository {
  private readonly site: string;
  private readonly days: number;

  constructor(
    private readonly db: Database,
    config: CoachConfig,
  ) {
    this.site = siteOf(config);
    this.days = config.SKEP_ROUTE_DAYS;
  }

  /** Saves a route. The edit token is only here. */
  async save(content: RouteContent): Promise<SavedRoute> {
    const [route_id, edit_token] = [newSecret(), newSecret()];
    const changed_at = new Date();
    await this.rows().insert({ route_id, edit_hash: hashOf(edit_token), content: content as never, changed_at });
    return { route_id, edit_token, url: `${this.site}/routes/${route_id}`, expires_at: this.expiryOf(changed_at) };
  }

  /** @throws Problem `route_not_found`; `route_gone` */
  async find(route_id: string): Promise<Route> {
    return this.toRoute(await this.db.row(FIND, { route_id }));
  }

  /** Another line has a length, waypoints and climbs of its own. @throws Problem like `find`, also with a wrong edit token; `too_large` */
  update({ route_id, edit_token, geometry, ...changes }: UpdateRoute): Promise<Route> {
    return this.db.transaction(async () => {
      const content = { ...(await this.lockOwn({ route_id, edit_token })).content, ...changes };
      const { name, sport, engine, attribution } = content;
      const { waypoints = [] } = changes;
      const about = { name, sport, engine, attribution, waypoints, ascent_m: 0, descent_m: 0 };
      const next = geometry ? ofDraft({ ...about, geometry }) : content;
      await this.rows().update({ route_id }, { content: next as never, changed_at: new Date() });
      return this.find(route_id);
    });
  }

  /** Removes the content of a route; its id stays known for a while. @throws Problem like `update` */
  delete(own: OwnRouteRef): Promise<void> {
    return this.db.transaction(async () => {
      const { route_id } = await this.lockOwn(own);
      await this.rows().update({ route_id }, { content: null, gone_at: new Date() });
    });
  }

  private async lockOwn({ route_id, edit_token }: OwnRouteRef) {
    const row = await this.db.row(LOCK, { route_id });
    this.toRoute(row);
    if (!timingSafeEqual(row!.edit_hash, hashOf(edit_token))) throw RouteNotFound();
    return { route_id, content: row!.content! };
  }

  private toRoute(row: RouteEntity | undefined): Route {
    if (!row) throw RouteNotFound();
    const { content, created_at, route_id: id } = row;
    const expires_at = this.expiryOf(row.changed_at);
    if (!content || (expires_at && expires_at.getTime() <= Date.now())) throw RouteGone();
    return { ...content, id, created_at, ...(expires_at && { expires_at }) };
  }

  private expiryOf(changed_at: Date): Date | null {
    return this.days ? new Date(changed_at.getTime() + this.days * DAY_MS) : null;
  }

  private rows() {
    return this.db.repository(RouteEntity);
  }
}

const newSecret = () => randomBytes(SECRET_BYTES).toString('base64url');
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
