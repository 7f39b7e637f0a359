import { PluginUnavailable } from '@skep/contracts/agent';
import { LOG, type Log, Outbound, OutboundError } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { Errors, type GitHttpRequest, type GitHttpResponse, type HttpClient } from 'isomorphic-git';
import { buffer } from 'node:stream/consumers';
import { AgentConfig } from '../agent.config.js';
import { PLUGIN_BYTES_MAX, PluginError } from './plugin-files.js';
import { readRepository, type RepositoryFiles } from './read-repository.js';

/** A redirect would leave the hosts that the operator allows. */
const LIMITS = { timeoutMs: 30_000, maxBytes: PLUGIN_BYTES_MAX, redirects: 0 };

/** Git servers of SKEP_PLUGIN_HOSTS. Their own words do not reach people in errors. */
@Injectable()
export class GitServers extends Outbound {
  private readonly hosts: readonly string[];

  constructor(
    { SKEP_OUTBOUND_ALLOW, SKEP_PLUGIN_HOSTS }: AgentConfig,
    @Inject(LOG) private readonly log: Log,
  ) {
    super(SKEP_OUTBOUND_ALLOW);
    this.hosts = SKEP_PLUGIN_HOSTS;
  }

  /** @throws PluginError, Problem `plugin_unavailable` */
  async read(source: string): Promise<RepositoryFiles> {
    const address = this.addressOf(source);
    try {
      return await readRepository(address, this.http);
    } catch (error) {
      if (error instanceof PluginError) throw error;
      if (error instanceof OutboundError)
        throw error.reason === 'network' || error.reason === 'time' ? PluginUnavailable() : toFault(error);
      if (error instanceof Errors.HttpError && [401, 403, 404].includes(error.data.statusCode))
        throw new PluginError('There is no public repository at this address.');
      this.log.warn({ error }, 'the repository of a plugin could not be read');
      throw PluginUnavailable();
    }
  }

  private addressOf(source: string): string {
    const address = URL.parse(source);
    const isSafe = address?.protocol === 'https:' || (address?.protocol === 'http:' && this.isAllowedAddress(address.hostname));
    if (!address || !isSafe) throw new PluginError('Send an address that begins with https://.');
    if (address.username || address.password || address.search || address.hash)
      throw new PluginError('Send an address without a password, ? and #.');
    if (!this.hosts.includes(address.hostname))
      throw new PluginError(`${address.hostname} is not allowed. An operator can allow it with SKEP_PLUGIN_HOSTS.`);
    return address.href;
  }

  private readonly http: HttpClient = {
    request: async ({ url, method = 'GET', headers = {}, body }: GitHttpRequest): Promise<GitHttpResponse> => {
      const sent = body && (await buffer(body));
      const answer = await this.open(url, { method, headers, ...(sent && { body: sent }), ...LIMITS });
      return {
        ...{ url: answer.url, method, headers: Object.fromEntries(answer.headers), statusCode: answer.status },
        ...{ statusMessage: '', body: answer.body as AsyncIterableIterator<Uint8Array> },
      };
    },
  };
}

const toFault = ({ reason, message }: OutboundError): PluginError =>
  new PluginError(reason === 'size' ? `The repository is larger than ${PLUGIN_BYTES_MAX} bytes.` : message);
