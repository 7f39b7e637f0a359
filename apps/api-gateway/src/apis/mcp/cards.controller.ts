import { isRefusal, NotFound } from '@skep/contracts';
import { type ListingDetail, marketplace } from '@skep/contracts/marketplace';
import { Bus, newCtx } from '@skep/platform';
import { Controller, Get, HttpCode, Options, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayConfig } from '../../gateway.config.js';
import { ANY_ORIGIN } from '../../http/any-origin.js';
import { originOf } from '../../http/address.js';
import { VERSION } from '../../openapi/document.js';
import { REVISIONS } from './revisions.js';

const CARD_TYPE = 'application/mcp-server-card+json';
const SCHEMA = 'https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json';
const DESCRIPTION_MAX = 100;
const PREFLIGHT = {
  ...ANY_ORIGIN,
  'access-control-allow-methods': 'GET',
  'access-control-allow-headers': '*',
  'access-control-max-age': '86400',
};
const CARD_OF_ALL = { name: 'skep', title: 'Skep', description: 'The functions of your apps as tools.', version: VERSION };

/** Server cards, their catalogue, and preflights of pages that read these or the registry of servers. All of it is public. */
@Controller()
export class CardsController {
  constructor(
    private readonly bus: Bus,
    private readonly config: GatewayConfig,
  ) {}

  @Get('/mcp/server-card')
  card(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.send(reply, this.toCard(request, '/mcp', CARD_OF_ALL));
  }

  @Get('/mcp/:app_id/server-card')
  async cardOfApp(@Param('app_id') app_id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { name, short_description, version } = await this.find(app_id);
    const description = (short_description || name).slice(0, DESCRIPTION_MAX);
    this.send(reply, this.toCard(request, `/mcp/${app_id}`, { name: app_id, title: name, description, version }));
  }

  @Get('/.well-known/ai-catalog.json')
  catalog(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const url = `${this.siteOf(request)}/mcp/server-card`;
    const entries = [{ identifier: 'skep', displayName: CARD_OF_ALL.title, type: CARD_TYPE, url }];
    void reply.headers(ANY_ORIGIN).send({ specVersion: '1.0', entries });
  }

  @Options(['/v0.1/*', '/mcp/server-card', '/mcp/:app_id/server-card', '/.well-known/ai-catalog.json'])
  @HttpCode(204)
  preflight(@Res({ passthrough: true }) reply: FastifyReply): void {
    void reply.headers(PREFLIGHT);
  }

  private async find(app_id: string): Promise<ListingDetail> {
    try {
      return await this.bus.call(marketplace.getListing, newCtx({ actor: 'nobody' }), { app_id });
    } catch (error) {
      if (isRefusal(error)) throw NotFound();
      throw error;
    }
  }

  private toCard(request: FastifyRequest, path: string, about: object): object {
    const remote = { type: 'streamable-http', url: this.siteOf(request) + path, supportedProtocolVersions: REVISIONS };
    return { $schema: SCHEMA, ...about, remotes: [remote] };
  }

  private send(reply: FastifyReply, card: object): void {
    void reply.headers(ANY_ORIGIN).type(CARD_TYPE).send(JSON.stringify(card));
  }

  /** A client that comes by another name learns the public address. */
  private siteOf(request: FastifyRequest): string {
    return originOf(request, this.config) ?? new URL(this.config.SKEP_PUBLIC_URL).origin;
  }
}
