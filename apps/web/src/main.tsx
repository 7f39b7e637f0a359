import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiProblem } from './data/api.js';
import { meQuery } from './data/session.js';
import { createAppRouter } from './router.js';
import { applyTheme } from './shell/theme.js';
import './style.css';

const RELOADED = 'skep.reloaded';

applyTheme();

// After an update of Skep, the files that this page would load next no longer exist: the new page knows the new ones.
addEventListener('vite:preloadError', () => {
  if (sessionStorage.getItem(RELOADED) === location.href) return;
  sessionStorage.setItem(RELOADED, location.href);
  location.reload();
});

const isRefusal = (error: Error) => error instanceof ApiProblem && error.status >= 400 && error.status < 500 && error.status !== 429;

const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: 15_000, retry: (count, error) => !isRefusal(error) && count < 2 } },
  queryCache: new QueryCache({
    // The session has ended: everything that was read is forgotten, and the shell asks to sign in.
    onError: (error) => {
      if (!(error instanceof ApiProblem && error.status === 401) || !queries.getQueryData(meQuery.queryKey)) return;
      queries.clear();
      void router.invalidate();
    },
  }),
});
const router = createAppRouter(queries);

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
