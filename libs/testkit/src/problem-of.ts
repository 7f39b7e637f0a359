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
