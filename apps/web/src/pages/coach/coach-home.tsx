import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { coachApi, type CoachShapes, dataOf } from '../../data/api.js';
import { coachedQuery } from '../../data/coach.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { formatDate } from '../../ui/format.js';
import { Page, Section } from '../../ui/layout.js';
import { Empty, Failure, Loading } from '../../ui/notice.js';
import { ActiveRace } from './active-race.js';
import { Activities } from './activities.js';
import { Ask } from './ask.js';
import { Board } from './board.js';
import { CheckIn } from './check-in.js';
import { Connections } from './connections.js';

/** The language as BCP 47 has it: browsers may name one that is no such. */
const { timeZone: zone, locale } = Intl.DateTimeFormat().resolvedOptions();

/** What the coach shows first: a page of the coach's API. */
export function CoachHome() {
  const { data: person } = useSuspenseQuery(coachedQuery);
  return person ? <Home units={person.units} /> : <Begin />;
}

function Begin() {
  const queries = useQueryClient();
  const begin = useMutation({
    mutationFn: () => dataOf(coachApi.POST('/users', { body: { timezone: zone, locale } })),
    onSuccess: (person) => queries.setQueryData(coachedQuery.queryKey, person),
  });
  return (
    <Page title={m.coach.title} lead={m.coach.lead}>
      <Empty icon="flag" title={m.coach.begin}>
        <p>{m.coach.beginLead}</p>
        <p className="mt-4">
          <Button look="primary" busy={begin.isPending} onClick={() => begin.mutate()}>
            {m.coach.beginAction}
          </Button>
        </p>
      </Empty>
      {begin.error && <Failure error={begin.error} />}
    </Page>
  );
}

function Home({ units }: { units: CoachShapes['Person']['units'] }) {
  const { board } = useSearch({ strict: false }) as { board?: string };
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['coach', 'home'],
    queryFn: () => dataOf(coachApi.GET('/user_states/home', { params: { query: { tz: zone } } })),
  });
  if (isPending) return <Loading />;
  if (!data) return <Failure error={error} retry={() => void refetch()} />;
  const { date, readiness, active_event, latest_board, pending, connections } = data;
  return (
    <Page title={m.coach.title} lead={formatDate(`${date}T00:00`)}>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-8 lg:grid-cols-[minmax(0,2fr)_minmax(16rem,1fr)]">
        <div className="grid grid-cols-[minmax(0,1fr)] gap-8">
          <Board id={board ?? pending.board_id ?? latest_board?.id} />
          <Ask />
        </div>
        <aside aria-label={m.coach.today} className="grid grid-cols-[minmax(0,1fr)] gap-8">
          <CheckIn readiness={readiness ?? undefined} />
          <Section title={m.coach.race}>
            <ActiveRace event={active_event ?? undefined} today={date} units={units} />
          </Section>
          <Connections connections={connections} />
        </aside>
      </div>
      <Activities units={units} />
    </Page>
  );
}
