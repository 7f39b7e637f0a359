import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { coachedQuery } from '../data/coach.js';
import { confirmationsQuery } from '../data/queries.js';
import { holdsScope, useMe } from '../data/session.js';
import { m } from '../messages/index.js';
import { Icon } from '../ui/icon.js';
import { ACCOUNT, mayBeCoached, type Place, SECTIONS } from './places.js';

const LINK =
  'flex min-h-10 items-center gap-3 rounded-lg px-3 text-sm text-muted hover:bg-sunken hover:text-ink data-[status=active]:bg-accent-soft data-[status=active]:font-medium data-[status=active]:text-ink';

/** The main navigation. */
export function Navigation() {
  const me = useMe();
  const { data } = useQuery(confirmationsQuery);
  const { data: coached } = useQuery({ ...coachedQuery, enabled: mayBeCoached(me) });
  const waiting = { '/confirmations': data?.total ?? 0 };
  return (
    <nav aria-label={m.nav.label} className="grid gap-5 px-3 pt-2">
      {SECTIONS.filter(({ isFor, isForCoached }) => (!isFor || isFor(me)) && (!isForCoached || coached)).map(({ title, places }) => (
        <Places
          key={places[0]?.[0]}
          title={title}
          places={places.filter(([, , , scope]) => !scope || holdsScope(me, scope))}
          waiting={waiting}
        />
      ))}
      <Places title={me.email} places={ACCOUNT} />
    </nav>
  );
}

interface PlacesProps {
  title?: string;
  places: readonly Place[];
  /** How much waits for the user, by place. */
  waiting?: Readonly<Record<string, number>>;
}

const Places = ({ title, places, waiting = {} }: PlacesProps) =>
  places.length > 0 && (
    <div className="grid gap-1">
      {title && (
        <p className="truncate px-3 text-xs font-medium text-muted" title={title}>
          {title}
        </p>
      )}
      <ul className="grid gap-0.5">
        {places.map(([to, icon, label]) => (
          <li key={to}>
            <Link to={to} activeOptions={{ exact: to === '/', includeSearch: false }} className={LINK}>
              <Icon name={icon} />
              {label}
              {!!waiting[to!] && (
                <span className="ml-auto rounded-full bg-accent px-2 text-xs font-semibold text-accent-ink">
                  {waiting[to!]}
                  <span className="sr-only"> {m.nav.waiting(waiting[to!]!)}</span>
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
