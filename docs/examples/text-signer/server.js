// The server of the app: `sign_text` runs here. It needs these variables, and `npm install standardwebhooks`:
//   PORT, SKEP_URL
//   SKEP_SIGNING_SECRET    POST /v1/developer/apps/text-signer/signing-secrets
//   SKEP_EXTENSION_TOKEN   POST /v1/developer/apps/text-signer/extension-tokens
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

const { PORT, SKEP_URL, SKEP_SIGNING_SECRET, SKEP_EXTENSION_TOKEN } = process.env;
const webhook = new Webhook(SKEP_SIGNING_SECRET);

createServer(async (request, response) => {
  const send = (status, json) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  try {
    const call = verify(await text(request), request.headers);
    if (!call) return send(401, { error: 'The signature is not valid.' });
    const key = await findKey(call);
    if (key === undefined) return send(409, { error: 'Set the secret signing_key of this app first.' });
    // The same call always has the same answer, so repeated requests need no other care.
    send(200, { signature: createHmac('sha256', key).update(call.params.text).digest('hex') });
  } catch (error) {
    console.error(error);
    send(500, { error: 'The server of this app failed.' });
  }
}).listen(PORT);

/** The call of a request, if Skep has signed it. */
function verify(body, headers) {
  try {
    return webhook.verify(body, headers).data;
  } catch {
    return undefined;
  }
}

/** The key of the user who calls, if they have set it. */
async function findKey({ app_id, user_id }) {
  const headers = { 'x-service-token': SKEP_EXTENSION_TOKEN, 'x-acting-user': user_id };
  const answer = await fetch(`${SKEP_URL}/v1/secrets/${app_id}/signing_key`, { headers });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`The secret cannot be read: ${answer.status} ${await answer.text()}`);
  return (await answer.json()).value;
}
