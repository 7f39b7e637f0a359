import { Link, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, ApiProblem, dataOf } from '../../data/api.js';
import { keepSession } from '../../data/session.js';
import { m } from '../../messages/index.js';
import { buttonClass } from '../../ui/button.js';
import { Notice } from '../../ui/notice.js';
import { EntryFrame } from './frame.js';
import { takeSignIn } from './pending-sign-in.js';

async function finish(): Promise<string> {
  const query = new URLSearchParams(location.search);
  const [code, started] = [query.get('code'), takeSignIn()];
  if (!code || !started) throw new ApiProblem(0, 'unknown', query.get('error_description') ?? m.signIn.ssoFailed);
  await keepSession(await dataOf(api.POST('/v1/auth/sso/token', { body: { code, code_verifier: started.code_verifier } })));
  return started.next ?? '/';
}

let finishing: Promise<string> | undefined;

/** Where an identity provider sends the browser back to. */
export function SignedIn() {
  const router = useRouter();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    // The code works once, and an effect may run twice.
    finishing ??= finish();
    finishing.then(
      (href) => router.navigate({ href, replace: true }),
      (error: unknown) => setProblem(error instanceof Error ? error.message : m.errors.unexpected),
    );
  }, [router]);
  return (
    <EntryFrame title={m.signIn.ssoTitle}>
      {problem === undefined ? (
        <p role="status">{m.signIn.ssoBusy}</p>
      ) : (
        <>
          <Notice kind="danger">{problem}</Notice>
          <Link to="/sign-in" className={buttonClass()}>
            {m.signIn.back}
          </Link>
        </>
      )}
    </EntryFrame>
  );
}
