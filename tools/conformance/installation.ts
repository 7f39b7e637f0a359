import { readFileSync } from 'node:fs';

type Json = Record<string, string>;

/** A running Skep of this machine, whose secrets are in its data folder. */
export class Installation {
  readonly secrets: Json;

  private readonly url: string;

  constructor(url: string, data: string) {
    this.url = url;
    const lines = readFileSync(`${data}/secrets.env`, 'utf8').split('\n');
    this.secrets = Object.fromEntries(lines.map((line) => line.split(/=(.*)/).slice(0, 2) as [string, string]));
  }

  /** @throws Error for any answer but 2xx */
  readonly post = async (path: string, body: object, headers: Json = {}): Promise<Json> => {
    const answer = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Json;
  };

  readonly signUp = async (name: string) => {
    const login = { email: `${name}-${Date.now()}@example.com`, password: 'correct horse battery' };
    await this.post('/v1/auth/register', login, { 'x-service-token': this.secrets['SKEP_SERVICE_TOKEN'] ?? '' });
    return { ...login, access_token: (await this.post('/v1/auth/login', login))['access_token'] ?? '' };
  };
}
