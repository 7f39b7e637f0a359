import { Problem } from '@skep/contracts';
import { SearchFailed } from '@skep/contracts/agent';
import { type Ctx, Outbound, OutboundError } from '@skep/platform';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AgentConfig } from '../agent.config.js';
import { readableText } from './readable-text.js';
import { done, failed, textArguments, type Tool, type ToolOutput, type ToolSource } from './tool.js';
import { Toolbox } from './toolbox.js';
import { WebSearch } from './web-search.js';

const TEXT_MAX = 50_000;

/** The web: what they return is content from outside. */
@Injectable()
export class WebTools implements ToolSource, OnModuleInit {
  private readonly outbound: Outbound;

  constructor(
    config: AgentConfig,
    private readonly toolbox: Toolbox,
    private readonly web: WebSearch,
  ) {
    this.outbound = new Outbound(config.SKEP_OUTBOUND_ALLOW);
  }

  onModuleInit(): void {
    this.toolbox.add(this);
  }

  list(_: Ctx): Promise<Tool[]> {
    const outside = { hasEffect: false, isOutside: true };
    return Promise.resolve([
      {
        name: 'url_fetch',
        description: 'Reads a page of the web as text.',
        parameters: textArguments({ url: 'Its address.' }),
        ...outside,
        use: (_use, { url }) => this.failing(() => this.read(String(url))),
      },
      ...(this.web.isConfigured
        ? [
            {
              name: 'web_search',
              description: 'Searches the web. Returns titles, addresses and descriptions.',
              parameters: textArguments({ query: 'Words to look for.' }),
              ...outside,
              use: (_use: unknown, { query }: Record<string, unknown>) =>
                this.failing(async () => done(JSON.stringify(await this.web.find(String(query))))),
            },
          ]
        : []),
    ]);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.outbound.close();
  }

  private async read(url: string): Promise<ToolOutput> {
    const { status, headers, bytes } = await this.outbound.fetch(url, { headers: { accept: 'text/html, text/*, application/json' } });
    if (status >= 400) return failed(`The page answered ${status}.`);
    const type = headers.get('content-type') ?? '';
    if (!/^(text\/|application\/([\w.+-]*\+)?(json|xml))/i.test(type)) return failed(`The page is no text, but ${type || 'of no type'}.`);
    return done(readableText(bytes.toString('utf8'), type).slice(0, TEXT_MAX));
  }

  private async failing(work: () => Promise<ToolOutput>): Promise<ToolOutput> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof OutboundError) return failed(error.message);
      if (error instanceof Problem && error.body.code === SearchFailed.code) return failed(String(error.body.detail));
      throw error;
    }
  }
}
