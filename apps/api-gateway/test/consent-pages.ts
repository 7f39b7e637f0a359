import type { TestUser } from '@skep/testkit';

/** A page of an authorization request, as the browser of a person has it. */
export interface OpenPage {
  status: number;
  headers: Headers;
  html: string;
  /** That of the page: what is sent belongs to this browser. */
  cookie: string;
  /** The sealed request that the forms of the page carry; empty on a page without forms. */
  request: string;
}

/** The pages of the authorization server, as a person walks through them: by their forms alone. */
export class ConsentPages {
  /** @param url of the gateway */
  constructor(private readonly url: string) {}

  /** Follows the address to which a client sends its person. */
  async open(url: URL): Promise<OpenPage> {
    const answer = await fetch(url, { headers: { accept: 'text/html' }, redirect: 'manual' });
    const html = await answer.text();
    const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0]!;
    return {
      status: answer.status,
      headers: answer.headers,
      html,
      cookie,
      request: /name="request" value="([^"]+)"/.exec(html)?.[1] ?? '',
    };
  }

  /** Sends a form. @returns also the link back to the client or on to an organisation, if the answer has one */
  async send(path: string, { cookie }: Pick<OpenPage, 'cookie'>, fields: Record<string, string>, headers: Record<string, string> = {}) {
    const answer = await fetch(`${this.url}/oauth/${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { accept: 'text/html', cookie, ...headers },
      body: new URLSearchParams(fields),
    });
    const html = await answer.text();
    const link = /<a href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
    return { status: answer.status, headers: answer.headers, html, back: link === undefined ? undefined : new URL(link) };
  }

  signIn(page: OpenPage, { email, password }: Pick<TestUser, 'email' | 'password'>) {
    return this.send('sign-in', page, { request: page.request, email, password, tenant_id: 'default' });
  }

  decide(page: OpenPage, decision = 'allow', headers = {}) {
    return this.send('consent', page, { request: page.request, decision }, headers);
  }

  /** Signs in and agrees. @returns the address at which the client gets its response */
  async agree(url: URL, who: Pick<TestUser, 'email' | 'password'>): Promise<URL> {
    const page = await this.open(url);
    await this.signIn(page, who);
    const { back, html } = await this.decide(page);
    if (!back) throw new Error(`no way back to the client: ${html.slice(0, 2_000)}`);
    return back;
  }
}
