import { Problem } from '@skep/contracts';

/** The problem with which a call fails. @throws Error if the call succeeds; the call's own error if that is not a problem */
export async function problemOf(call: Promise<unknown>): Promise<Problem> {
  const answer = await call.catch((error: unknown) => {
    if (error instanceof Problem) return error;
    throw error;
  });
  if (answer instanceof Problem) return answer;
  throw new Error(`expected a problem, but the call answered ${JSON.stringify(answer)}`);
}

/** The code of that problem. Throws like `problemOf`. */
export const codeOf = async (call: Promise<unknown>): Promise<string> => (await problemOf(call)).body.code;

/**
 * The problems with which calls fail that run side by side. Each is waited for from the start: one that fails while the test
 * still looks at another would otherwise count as an unhandled error. Throws like `problemOf`.
 */
export const problemsOf = (calls: readonly Promise<unknown>[]): Promise<Problem[]> => Promise.all(calls.map(problemOf));

/** The codes of those problems. Throws like `problemOf`. */
export const codesOf = async (calls: readonly Promise<unknown>[]): Promise<string[]> =>
  (await problemsOf(calls)).map(({ body }) => body.code);
