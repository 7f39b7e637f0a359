import { NotConfigured } from '@skep/contracts';
import { type FoundPage, SearchFailed } from '@skep/contracts/agent';
import { Outbound } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AgentConfig } from '../agent.config.js';

const SEARCH_MS = 15_000;
const RESULTS_MAX = 10;

/** A page as a provider describes it. */
interface Found {
  title?: string;
  url?: string;
  description?: string;
  content?: string;
}

/** Searches the web with the operator's key. What it finds is content from outside. */
@Injectable()
export class WebSearch {
  private readonly outbound: Outbound;

  constructor(private readonly config: AgentConfig) {
    this.outbound = new Outbound(config.SKEP_OUTBOUND_ALLOW);
  }

  get isConfigured(): boolean {
    return this.config.canSearchTheWeb();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.outbound.close();
  }

  /** Asks Brave or, without a key for it or if it fails, Tavily. @throws OutboundError; Problem `not_configured`; `search_failed` */
  async find(query: string): Promise<FoundPage[]> {
    const { BRAVE_API_KEY, BRAVE_API_BASE, TAVILY_API_KEY, TAVILY_API_BASE } = this.config;
    const options = { ofOperator: true, timeoutMs: SEARCH_MS };
    if (BRAVE_API_KEY) {
      const url = `${BRAVE_API_BASE}/res/v1/web/search?${new URLSearchParams({ q: query, count: String(RESULTS_MAX) })}`;
      const headers = { accept: 'application/json', 'x-subscription-token': BRAVE_API_KEY };
      const answer = await this.outbound.fetch(url, { ...options, headers });
      if (answer.status === 200) return toPages((parse(answer.bytes) as { web?: { results?: Found[] } }).web?.results);
      if (!TAVILY_API_KEY) throw SearchFailed(`The search answered ${answer.status}.`);
    }
    if (!TAVILY_API_KEY) throw NotConfigured('The web cannot be searched. The operator must set BRAVE_API_KEY or TAVILY_API_KEY.');
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${TAVILY_API_KEY}` };
    const body = JSON.stringify({ query, max_results: RESULTS_MAX });
    const answer = await this.outbound.fetch(`${TAVILY_API_BASE}/search`, { ...options, method: 'POST', headers, body });
    if (answer.status !== 200) throw SearchFailed(`The search answered ${answer.status}.`);
    return toPages((parse(answer.bytes) as { results?: Found[] }).results);
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString()) ?? {};
  } catch {
    return {};
  }
}

const toPages = (found: Found[] = []): FoundPage[] =>
  found
    .slice(0, RESULTS_MAX)
    .map(({ title = '', url = '', description, content }) => ({ title, url, description: description ?? content ?? '' }));
