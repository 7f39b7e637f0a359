import { useInfiniteQuery } from '@tanstack/react-query';
import { coachApi, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { MoreButton } from '../../ui/button.js';
import { formatDate, toWords } from '../../ui/format.js';
import { Badge, Row, Rows, Section } from '../../ui/layout.js';
import { Empty, Failure, Loading } from '../../ui/notice.js';
import { formatDistance, formatDuration, formatPace, type Units } from './units.js';

/** What the person has done, from all providers. */
export function Activities({ units }: { units: Units }) {
  const { data, error, isPending, refetch, ...more } = useInfiniteQuery({
    queryKey: ['coach', 'activities'],
    queryFn: ({ pageParam }) => dataOf(coachApi.GET('/user_states/activities', { params: { query: { limit: 10, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
  const activities = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Section title={m.coach.activities}>
      {isPending ? (
        <Loading />
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : activities.length ? (
        <Rows>
          {activities.map(({ id, name, sport, day, distance_m, duration_s, pace_s_per_km, average_heart_rate_bpm }) => (
            <Row key={id} actions={<Badge>{toWords(sport)}</Badge>}>
              <p className="font-medium">{name || toWords(sport)}</p>
              <p className="text-sm text-muted tabular-nums">
                {[
                  formatDate(`${day}T00:00`),
                  distance_m !== null && formatDistance(distance_m, units),
                  formatDuration(duration_s),
                  pace_s_per_km !== null && formatPace(pace_s_per_km, units),
                  average_heart_rate_bpm !== null && m.coach.heartRate(Math.round(average_heart_rate_bpm)),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </p>
            </Row>
          ))}
        </Rows>
      ) : (
        <Empty icon="activity" title={m.coach.noActivities}>
          {m.coach.noActivitiesLead}
        </Empty>
      )}
      <MoreButton {...more} />
    </Section>
  );
}
