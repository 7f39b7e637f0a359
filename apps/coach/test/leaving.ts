import { auth } from '@skep/contracts/auth';
import { coach } from '@skep/contracts/coach';
import type { Ctx } from '@skep/platform';
import { asService, asUser, type Firebase, type ServiceHarness } from '@skep/testkit';
import { randomUUID } from 'node:crypto';

/** Someone with a Firebase account, who has just signed in and begun with the coach. */
export type Person = Ctx & { uid: string };

export async function newcomer({ call }: ServiceHarness, firebase: Firebase): Promise<Person> {
  const uid = randomUUID();
  const token = firebase.idToken({ sub: uid });
  const { user_id: user, signed_in_at } = await call(auth.identifyFirebase, asService('api-gateway'), { token });
  const ctx = asUser('ada', { user, email: '', signedInAt: signed_in_at.getTime() });
  await call(coach.beginCoaching, ctx, {});
  return { ...ctx, uid };
}
