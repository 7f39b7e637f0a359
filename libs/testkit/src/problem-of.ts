import { Problem } from '@skep/contracts';

/** The problem that a call must fail with. @throws Error when it answers; whatever it fails with, where that is no problem. */
export async function problemOf(call: Promise<unknown>): Promise<Problem> {
  const answer = await call.catch((error: unknown) => {
    if (error instanceof Problem) return error;
    throw error;
  });
  if (answer instanceof Problem) return answer;
  throw new Error(`it should have failed, and answered ${JSON.stringify(answer)}`);
}

/** The code of that problem. */
export const codeOf = async (call: Promise<unknown>): Promise<string> => (await problemOf(call)).body.code;
