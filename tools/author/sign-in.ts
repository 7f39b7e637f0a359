import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { stopSignal } from '../setup/stop-signal.mjs';
import { asAnyone } from './server.ts';
import { saveSession } from './session.ts';

/** Signs the author in on a page of their browser (RFC 8628), and keeps the session. @throws Fault if they deny it, or the code expires */
export async function signIn(url: string): Promise<void> {
  const code_verifier = randomBytes(48).toString('base64url');
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
  const device = await asAnyone(url, (skep) => skep.authorizeDevice({ code_challenge, code_challenge_method: 'S256', client_id: 'skep' }));
  console.log(`Open ${device.verification_uri_complete}\nand approve the code ${device.user_code}.`);
  for (let seconds = device.interval; ;) {
    await wait(seconds * 1000, undefined, { signal: stopSignal });
    const { error, access_token, refresh_token } = await asAnyone(url, (skep) =>
      skep.exchangeDeviceCode({ device_code: device.device_code, code_verifier }),
    );
    if (error === 'slow_down') seconds += 5;
    if (access_token && refresh_token) return saveSession(url, { access_token, refresh_token });
  }
}
