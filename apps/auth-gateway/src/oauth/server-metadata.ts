import { type AuthorizationServer, OAUTH_GRANTS, OAUTH_SCOPES, type ProtectedResource } from '@skep/contracts/auth';
import { APP_ID } from '@skep/contracts';
import { siteOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AuthGatewayConfig } from '../auth-gateway.config.js';

/** The authorization server and the resources that it protects, by their addresses. */
@Injectable()
export class ServerMetadata {
  readonly issuer: string;
  /** The resource of all apps. */
  readonly resource: string;

  constructor(private readonly config: AuthGatewayConfig) {
    this.issuer = siteOf(config);
    this.resource = `${this.issuer}/mcp`;
  }

  /** The resource that a client asks for; undefined if it is not one of this installation. */
  resourceOf(asked: string | undefined): string | undefined {
    if (asked === undefined || asked === this.resource) return this.resource;
    return asked.startsWith(`${this.resource}/`) && APP_ID.test(this.appOf(asked)) ? asked : undefined;
  }

  /** The app of a resource; '' for that of all apps. */
  appOf = (resource: string): string => resource.slice(this.resource.length + 1);

  describeResource(app_id: string | undefined): ProtectedResource {
    return {
      resource: app_id ? `${this.resource}/${app_id}` : this.resource,
      authorization_servers: [this.issuer],
      scopes_supported: [...OAUTH_SCOPES],
      bearer_methods_supported: ['header'],
    };
  }

  describeServer(): AuthorizationServer {
    const { issuer } = this;
    return {
      issuer,
      authorization_endpoint: `${issuer}/oauth/authorize`,
      token_endpoint: `${issuer}/oauth/token`,
      revocation_endpoint: `${issuer}/oauth/revoke`,
      introspection_endpoint: `${issuer}/oauth/introspect`,
      ...(this.config.SKEP_OAUTH_DCR === 'on' && { registration_endpoint: `${issuer}/oauth/register` }),
      jwks_uri: `${issuer}/v1/auth/.well-known/jwks.json`,
      scopes_supported: [...OAUTH_SCOPES],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: [...OAUTH_GRANTS],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
      revocation_endpoint_auth_methods_supported: ['none'],
      client_id_metadata_document_supported: true,
      authorization_response_iss_parameter_supported: true,
    };
  }
}
