import {
  coach,
  type ImportRoute as ImportInput,
  type MeasureElevation,
  type OwnRouteRef,
  type PlanRoundTrip,
  type PlanRoute,
  type RouteDraft,
  type RouteRef,
  type UpdateRoute,
} from '@skep/contracts/coach';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { ImportRoute } from './import-route.js';
import { RoutePlanner } from './route-planner.js';
import { RouteRepository } from './route.repository.js';
import { ofDraft, type RouteContent } from './to-route.js';
import { writeGpx } from './write-gpx.js';

/** Routes are anyone's: no caller counts. */
@Handlers()
export class RouteHandlers {
  constructor(
    private readonly planner: RoutePlanner,
    private readonly importer: ImportRoute,
    private readonly routes: RouteRepository,
  ) {}

  @Handle(coach.planRoute)
  async planRoute(_: Ctx, input: PlanRoute) {
    return now(await this.planner.plan(input));
  }

  @Handle(coach.planRoundTrip)
  async planRoundTrip(_: Ctx, input: PlanRoundTrip) {
    return now(await this.planner.planRoundTrip(input));
  }

  @Handle(coach.measureElevation)
  measureElevation(_: Ctx, input: MeasureElevation) {
    return this.planner.measure(input);
  }

  @Handle(coach.importRoute)
  async importRoute(_: Ctx, input: ImportInput) {
    return now(await this.importer.run(input));
  }

  @Handle(coach.saveRoute)
  saveRoute(_: Ctx, draft: RouteDraft) {
    return this.routes.save(ofDraft(draft));
  }

  @Handle(coach.getRoute)
  getRoute(_: Ctx, { route_id }: RouteRef) {
    return this.routes.find(route_id);
  }

  @Handle(coach.getRouteGpx)
  async getRouteGpx(_: Ctx, { route_id }: RouteRef) {
    const route = await this.routes.find(route_id);
    const content = Buffer.from(writeGpx(route)).toString('base64');
    return { name: fileNameOf(route), media_type: 'application/gpx+xml', content };
  }

  @Handle(coach.updateRoute)
  updateRoute(_: Ctx, input: UpdateRoute) {
    return this.routes.update(input);
  }

  @Handle(coach.deleteRoute)
  async deleteRoute(_: Ctx, own: OwnRouteRef) {
    await this.routes.delete(own);
    return {};
  }
}

const now = (content: RouteContent) => ({ ...content, created_at: new Date() });

/** Words of the name. */
function fileNameOf({ name }: RouteContent): string {
  const words = name.replace(/[^\p{L}\p{N}._-]+/gu, ' ').trim();
  return `${words.slice(0, 100) || 'route'}.gpx`;
}
