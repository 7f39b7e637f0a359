import type { Principal } from '@skep/contracts/auth';
import type { Ctx } from '@skep/platform';
import type { Type } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';

/** Whose credential it is: a user's own token, a user's API key, a service's token, or an app's extension token. */
export type Holder = 'user' | 'key' | 'service' | 'extension';

/** The authenticated sender of a request, as the fields of a `Ctx`. */
export type Caller = Pick<Ctx, 'tenant' | 'user' | 'email' | 'role' | 'scopes' | 'session' | 'signedInAt' | 'actor'>;

/** The caller of a request without a credential. */
export const NOBODY: Caller = { tenant: '', user: '', email: '', role: '', scopes: [], actor: 'nobody' };

/** A caller; with an app key or an extension token, also the only app that it works for. */
export interface Identity {
  caller: Caller;
  app?: string | null;
}

/** A provider of the gateway's module that verifies credentials. */
export interface Verifier {
  /** @throws Problem `unauthenticated` when the credential is not valid */
  identify(credential: string): Identity | Promise<Identity>;
}

/** A kind of credential that an API accepts. */
export interface Credential {
  /** The name of its security scheme in OpenAPI. */
  name: string;
  holder: Holder;
  /** Returns the credential of a request, or undefined when the request has none of this kind. @throws Problem `unauthenticated` when it is malformed */
  read(headers: IncomingHttpHeaders): string | undefined;
  verifier: Type<Verifier>;
  /** Its security scheme in OpenAPI. */
  scheme: object;
}

export const toCaller = ({ user_id, tenant_id, email, role, scopes }: Principal): Omit<Caller, 'actor'> => ({
  user: user_id,
  tenant: tenant_id,
  email,
  role,
  scopes,
});

export const firstValue = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header);

/** The credential in `Authorization: Bearer <credential>`. */
export const bearerOf = ({ authorization }: IncomingHttpHeaders) => /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
