import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { ApiProblem } from '../data/api.js';
import { m } from '../messages/index.js';
import { buttonClass } from '../ui/button.js';
import { Page } from '../ui/layout.js';
import { Failure } from '../ui/notice.js';

/** A page that failed. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const queries = useQueryErrorResetBoundary();
  if (error instanceof ApiProblem && error.status === 404) return <NotFound />;
  const retry = () => {
    queries.reset();
    reset();
    void router.invalidate();
  };
  return <Failure error={error} retry={retry} />;
}

export const NotFound = () => (
  <Page title={m.errors.notFound} lead={m.errors.notFoundLead}>
    <p>
      <Link to="/" className={buttonClass()}>
        {m.errors.home}
      </Link>
    </p>
  </Page>
);
