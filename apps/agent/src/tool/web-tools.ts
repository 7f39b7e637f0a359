import { NotConfigured } from '@skep/contracts';
import { type Ctx, Outbound, OutboundError } from '@skep/platform';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AgentConfig } from '../agent.config.js';
import { readableText } from './readable-text.js';
import { done, failed, textArguments, type Tool, type ToolOutput, type ToolSource } from './tool.js';
import { Toolbox } from './toolbox.js';

const SEARCH_MS = 15_000;
const RESULTS_MAX = 10;
const TEXT_MAX = 50_000;

/** A page that a search found. */
interface Found {
  title?: string;
  url?: string;
  description?: string;
  content?: string;
}

/** The web: what they return is content from outside. */
@Injectable()
export class WebTools implements ToolSource, OnModuleInit {
  private readonly outbound: Outbound;

  constructor(
    private readonly config: AgentConfig,
    private readonly toolbox: Toolbox,
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
      ...(this.config.canSearchTheWeb()
        ? [
            {
              name: 'web_search',
              description: 'Searches the web. Returns titles, addresses and descriptions.',
              parameters: textArguments({ query: 'Words to look for.' }),
              ...outside,
              use: (_use: unknown, { query }: Record<string, unknown>) => this.failing(() => this.search(String(query))),
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

  /** Asks Brave or, without a key for it or if it fails, Tavily. @throws OutboundError */
  private async search(query: string): Promise<ToolOutput> {
    const { BRAVE_API_KEY, BRAVE_API_BASE, TAVILY_API_KEY, TAVILY_API_BASE } = this.config;
    const options = { ofOperator: true, timeoutMs: SEARCH_MS };
    if (BRAVE_API_KEY) {
      const url = `${BRAVE_API_BASE}/res/v1/web/search?${new URLSearchParams({ q: query, count: String(RESULTS_MAX) })}`;
      const headers = { accept: 'application/json', 'x-subscription-token': BRAVE_API_KEY };
      const answer = await this.outbound.fetch(url, { ...options, headers });
      if (answer.status === 200) return toResults((parse(answer.bytes) as { web?: { results?: Found[] } }).web?.results);
      if (!TAVILY_API_KEY) return failed(`The search answered ${answer.status}.`);
    }
    if (!TAVILY_API_KEY) throw NotConfigured();
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${TAVILY_API_KEY}` };
    const body = JSON.stringify({ query, max_results: RESULTS_MAX });
    const answer = await this.outbound.fetch(`${TAVILY_API_BASE}/search`, { ...options, method: 'POST', headers, body });
    if (answer.status !== 200) return failed(`The search answered ${answer.status}.`);
    return toResults((parse(answer.bytes) as { results?: Found[] }).results);
  }

  private async failing(work: () => Promise<ToolOutput>): Promise<ToolOutput> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof OutboundError) return failed(error.message);
      throw error;
    }
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return {};
  }
}

const toResults = (found: Found[] = []): ToolOutput =>
  done(
    JSON.stringify(
      found
        .slice(0, RESULTS_MAX)
        .map(({ title = '', url = '', description, content }) => ({ title, url, description: description ?? content ?? '' })),
    ),
  );
