import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { openLiveEvents, useOnline } from '../data/live.js';
import { notificationsQuery } from '../data/queries.js';
import { endSession, useMe } from '../data/session.js';
import { m } from '../messages/index.js';
import { IconButton } from '../ui/button.js';
import { Icon, Mark } from '../ui/icon.js';
import { Navigation } from './navigation.js';
import { useTheme } from './theme.js';

/** The frame of every page: navigation, header and content. */
export function Shell() {
  const queries = useQueryClient();
  const { imperal_id } = useMe();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const [open, setOpen] = useState(false);
  const online = useOnline();
  useEffect(() => openLiveEvents(queries), [queries, imperal_id]);
  useEffect(() => setOpen(false), [path]);
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[15rem_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-10 focus:m-2 focus:rounded-lg focus:bg-surface focus:p-3"
      >
        {m.app.skip}
      </a>
      <aside className="border-line md:sticky md:top-0 md:h-dvh md:overflow-y-auto md:border-r">
        <div className="flex h-16 items-center justify-between border-b border-line px-4 md:border-0">
          <Link to="/" className="flex items-center gap-2.5 rounded-lg text-lg font-semibold">
            <Mark />
            {m.app.name}
          </Link>
          <div className="flex md:hidden">
            <Tools />
            <button
              type="button"
              aria-expanded={open}
              aria-controls="navigation"
              aria-label={m.app.menu}
              onClick={() => setOpen(!open)}
              className="grid size-10 place-items-center rounded-lg text-muted hover:bg-sunken"
            >
              <Icon name={open ? 'close' : 'menu'} />
            </button>
          </div>
        </div>
        <div id="navigation" className={`${open ? 'border-b' : 'hidden'} border-line pb-4 md:block md:border-0`}>
          <Navigation />
        </div>
      </aside>
      <div className="flex min-w-0 flex-col">
        <header className="hidden h-16 items-center justify-end gap-1 px-8 md:flex">
          <Tools />
        </header>
        {!online && (
          <p role="status" className="bg-accent-soft px-4 py-2 text-center text-sm">
            {m.app.offline}
          </p>
        )}
        <main id="content" tabIndex={-1} className="mx-auto w-full max-w-5xl flex-1 px-4 pt-6 pb-16 outline-none md:px-8 md:pt-2">
          <Outlet />
        </main>
      </div>
    </div>
  );
}

/** Notifications, colours and the sign-out. */
function Tools() {
  const [theme, changeTheme] = useTheme();
  const queries = useQueryClient();
  const { data = [] } = useQuery(notificationsQuery);
  const unread = data.filter(({ read_at }) => !read_at).length;
  const signOut = async () => {
    await endSession();
    queries.clear();
    location.assign('/app/sign-in');
  };
  return (
    <>
      <Link
        to="/notifications"
        aria-label={unread ? m.nav.unread(unread) : m.nav.notifications}
        title={m.nav.notifications}
        className="relative grid size-10 place-items-center rounded-lg text-muted hover:bg-sunken hover:text-ink"
      >
        <Icon name="bell" />
        {unread > 0 && <span className="absolute top-2 right-2 size-2.5 rounded-full bg-danger ring-2 ring-page" />}
      </Link>
      <IconButton icon={theme === 'light' ? 'moon' : 'sun'} label={theme === 'light' ? m.app.dark : m.app.light} onClick={changeTheme} />
      <button type="button" onClick={() => void signOut()} className="rounded-lg px-3 text-sm text-muted hover:bg-sunken hover:text-ink">
        {m.nav.signOut}
      </button>
    </>
  );
}
