import type { CoachShapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { formatDate } from '../../ui/format.js';
import { Badge, Card, Figure } from '../../ui/layout.js';
import { Empty } from '../../ui/notice.js';
import { formatDistance, formatDuration, type Units } from './units.js';

const DAY_MS = 86_400_000;

/** The race that the person trains for. */
export function ActiveRace({ event: planned, today, units }: { event: CoachShapes['UserEvent'] | undefined; today: string; units: Units }) {
  if (!planned)
    return (
      <Empty icon="flag" title={m.coach.noRace}>
        {m.coach.noRaceLead}
      </Empty>
    );
  const { event, distance_id, goal, priority } = planned;
  const { name, place, starts_on, distances } = event;
  const distance = distances.find(({ id }) => id === distance_id);
  const days = Math.round((Date.parse(starts_on) - Date.parse(today)) / DAY_MS);
  return (
    <Card>
      <div className="grid gap-3">
        <div className="flex flex-wrap items-start justify-between gap-2">
          <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
          {priority && <Badge tone="accent">{m.coach.priority(priority)}</Badge>}
        </div>
        <dl>
          <Figure label={formatDate(`${starts_on}T00:00`)} value={m.coach.days(days)} />
        </dl>
        <p className="text-sm text-muted [overflow-wrap:anywhere]">
          {[place, distance && formatDistance(distance.distance_m, units), goal?.time_s && m.coach.goal(formatDuration(goal.time_s))]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
    </Card>
  );
}
