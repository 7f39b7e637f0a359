import { PipelinedClient } from './internals/pipelined-client.js';
import { StatementClient } from './statement-client.js';

/** The pool options of a service with row-level security. @param form the setting SKEP_TENANT_SCOPE */
export const tenantPool = (form: string): object =>
  form === 'statement'
    ? { Client: StatementClient }
    : { Client: PipelinedClient, onConnect: (client: PipelinedClient) => client.prepare() };
