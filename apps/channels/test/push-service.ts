import { createDecipheriv, createECDH, createHmac, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A browser with its subscription. */
export interface Browser {
  subscription: { endpoint: string; keys: { p256dh: string; auth: string } };
  /** What was pushed to it, decrypted. */
  pushed: Record<string, unknown>[];
}

/** A push service that checks who pushes (RFC 8292), and decrypts for its browsers (RFC 8291). */
export interface PushService {
  origin: string;
  browser(): Browser;
  /** The next answers; then 201. */
  answers: number[];
  /** The headers of each request. */
  asked: IncomingHttpHeaders[];
  /** Keys that signed the requests, and what was wrong with them. */
  signedBy: Set<string>;
  faults: string[];
  close(): Promise<void>;
}

export async function startPushService(): Promise<PushService> {
  const browsers = new Map<string, { browser: Browser; decrypt: (body: Buffer) => string }>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      service.asked.push(request.headers);
      const status = service.answers.shift() ?? 201;
      const found = browsers.get(request.url ?? '');
      try {
        service.signedBy.add(checkVapid(request.headers, service.origin));
        if (found && status === 201) found.browser.pushed.push(JSON.parse(found.decrypt(Buffer.concat(chunks))) as Record<string, unknown>);
      } catch (error) {
        service.faults.push(String(error));
      }
      response.writeHead(found ? status : 404, status >= 300 && status < 400 ? { location: '/elsewhere' } : {}).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const service: PushService = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    browser: () => {
      const path = `/send/${randomBytes(8).toString('hex')}`;
      const ecdh = createECDH('prime256v1');
      const [p256dh, auth] = [ecdh.generateKeys(), randomBytes(16)];
      const keys = { p256dh: p256dh.toString('base64url'), auth: auth.toString('base64url') };
      const browser: Browser = { subscription: { endpoint: `${service.origin}${path}`, keys }, pushed: [] };
      browsers.set(path, { browser, decrypt: (body) => decrypt(body, ecdh, auth) });
      return browser;
    },
    ...{ answers: [], asked: [], signedBy: new Set<string>(), faults: [] },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return service;
}

/** Returns the public key. @throws Error that says what is wrong */
function checkVapid({ authorization = '' }: IncomingHttpHeaders, origin: string): string {
  const [, token = '', key = ''] = /^vapid t=([^,]+), k=(\S+)$/.exec(authorization) ?? [];
  const [head = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  const options = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
  if (!verify('sha256', Buffer.from(`${head}.${claims}`), options, Buffer.from(signature, 'base64url')))
    throw new Error('a wrong signature');
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { aud: string; exp: number; sub: string };
  const left = exp - Date.now() / 1000;
  if (aud !== origin || left <= 0 || left > 86_400 || !sub.startsWith('mailto:')) throw new Error(`wrong claims ${aud} ${exp} ${sub}`);
  return key;
}

/** aes128gcm (RFC 8188) with one record. */
function decrypt(body: Buffer, ecdh: ReturnType<typeof createECDH>, auth: Buffer): string {
  const [salt, sender] = [body.subarray(0, 16), body.subarray(21, 21 + body[20]!)];
  const sealed = body.subarray(21 + sender.length);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), sender]);
  const key = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(sender), auth, info, 32));
  const part = (name: string, length: number) => {
    const extracted = createHmac('sha256', salt).update(key).digest();
    return createHmac('sha256', extracted).update(`Content-Encoding: ${name}\0\x01`).digest().subarray(0, length);
  };
  const cipher = createDecipheriv('aes-128-gcm', part('aes128gcm', 16), part('nonce', 12));
  cipher.setAuthTag(sealed.subarray(-16));
  const padded = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
  return padded.subarray(0, padded.lastIndexOf(2)).toString();
}
