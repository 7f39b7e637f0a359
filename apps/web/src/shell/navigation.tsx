import { useQuery } from '@tanstack/react-query';
import { Link, type LinkProps } from '@tanstack/react-router';
import { confirmationsQuery } from '../data/queries.js';
import { useMe } from '../data/session.js';
import { m } from '../messages/index.js';
import { Icon, type IconName } from '../ui/icon.js';

const LINK =
  'flex min-h-10 items-center gap-3 rounded-lg px-3 text-sm text-muted hover:bg-sunken hover:text-ink data-[status=active]:bg-accent-soft data-[status=active]:font-medium data-[status=active]:text-ink';

const PLACES: readonly [LinkProps['to'], IconName, string][] = [
  ['/', 'home', m.nav.home],
  ['/marketplace', 'store', m.nav.marketplace],
  ['/confirmations', 'shield', m.nav.confirmations],
  ['/activity', 'activity', m.nav.activity],
  ['/automations', 'bolt', m.nav.automations],
  ['/wallet', 'wallet', m.nav.wallet],
];

const ACCOUNT: readonly [LinkProps['to'], IconName, string][] = [
  ['/account/mcp', 'terminal', m.nav.mcp],
  ['/account/connections', 'plug', m.nav.connections],
  ['/account/keys', 'key', m.nav.keys],
  ['/account/security', 'person', m.nav.security],
];

/** The main navigation. */
export function Navigation() {
  const { email } = useMe();
  const { data } = useQuery(confirmationsQuery);
  return (
    <nav aria-label={m.nav.label} className="grid gap-5 px-3 pt-2">
      <ul className="grid gap-0.5">
        {PLACES.map(([to, icon, label]) => (
          <li key={to}>
            <Link to={to} activeOptions={{ exact: to === '/', includeSearch: false }} className={LINK}>
              <Icon name={icon} />
              {label}
              {to === '/confirmations' && !!data?.total && (
                <span className="ml-auto rounded-full bg-accent px-2 text-xs font-semibold text-accent-ink">
                  {data.total}
                  <span className="sr-only"> {m.nav.waiting(data.total)}</span>
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
      <div className="grid gap-1">
        <p className="truncate px-3 text-xs font-medium text-muted" title={email}>
          {email}
        </p>
        <ul className="grid gap-0.5">
          {ACCOUNT.map(([to, icon, label]) => (
            <li key={to}>
              <Link to={to} className={LINK}>
                <Icon name={icon} />
                {label}
              </Link>
            </li>
          ))}
        </ul>
      </div>
    </nav>
  );
}
