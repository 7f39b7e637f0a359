import { isObject, NotConfigured } from '@skep/contracts';
import { type ClawHubResult, type ClawHubSkill, ClawHubUnavailable, SkillNotFound } from '@skep/contracts/agent';
import { Outbound, OutboundError } from '@skep/platform';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AgentConfig } from '../agent.config.js';
import { ARCHIVE_BYTES_MAX } from './skill-archive.js';

const ASK_MS = 15_000;
const DOWNLOAD_MS = 30_000;
const ANSWER_BYTES_MAX = 1_000_000;

type JsonObject = Record<string, unknown>;

/** The directory of skills at CLAWHUB_URL. Its own words do not reach people in errors. */
@Injectable()
export class ClawHub implements OnApplicationShutdown {
  private readonly outbound: Outbound;

  constructor(private readonly config: AgentConfig) {
    this.outbound = new Outbound(config.SKEP_OUTBOUND_ALLOW);
  }

  onApplicationShutdown(): Promise<void> {
    return this.outbound.onApplicationShutdown();
  }

  /** @throws Problem `clawhub_unavailable` */
  async search(q: string): Promise<ClawHubResult[]> {
    const { results } = await this.ask('/api/search', { q });
    const found = (Array.isArray(results) ? results : []).filter(isObject);
    return found
      .map((each) => ({
        ...{ slug: textOf(each['slug']), name: textOf(each['displayName'] ?? each['name']) || textOf(each['slug']) },
        ...{ description: textOf(each['summary'] ?? each['description']), author: textOf(each['author'] ?? at(each, 'owner')['handle']) },
        ...{ version: textOf(each['version']), downloads: countOf(each['downloads'] ?? at(each, 'stats')['downloads']) },
        score: typeof each['score'] === 'number' ? each['score'] : 0,
      }))
      .filter(({ slug }) => slug)
      .slice(0, 100);
  }

  /** @throws Problem `clawhub_unavailable`, `skill_not_found` */
  async find(slug: string): Promise<ClawHubSkill> {
    const answer = await this.ask('/api/skill', { slug });
    const [skill, latest, owner] = [isObject(answer['skill']) ? answer['skill'] : answer, at(answer, 'latestVersion'), at(answer, 'owner')];
    const stats = at(skill, 'stats');
    return {
      ...{
        slug,
        name: textOf(skill['displayName'] ?? skill['name']) || slug,
        description: textOf(skill['summary'] ?? skill['description']),
      },
      author: textOf(owner['handle'] ?? owner['displayName'] ?? skill['author']),
      version: textOf(latest['version'] ?? at(skill, 'tags')['latest'] ?? skill['version']),
      changelog: textOf(latest['changelog'] ?? skill['changelog']),
      ...{ stars: countOf(stats['stars'] ?? skill['stars']), downloads: countOf(stats['downloads'] ?? skill['downloads']) },
    };
  }

  /** The archive of a skill. @throws Problem `clawhub_unavailable`, `skill_not_found` */
  download(slug: string, version: string | undefined): Promise<Buffer> {
    return this.get('/api/download', { slug, ...(version && { tag: version }) }, { timeoutMs: DOWNLOAD_MS, maxBytes: ARCHIVE_BYTES_MAX });
  }

  private async ask(path: string, query: Record<string, string>): Promise<JsonObject> {
    const bytes = await this.get(path, query, { timeoutMs: ASK_MS, maxBytes: ANSWER_BYTES_MAX });
    try {
      const answer: unknown = JSON.parse(bytes.toString());
      if (isObject(answer)) return answer;
    } catch {
      // Below.
    }
    throw ClawHubUnavailable();
  }

  private async get(path: string, query: Record<string, string>, limits: { timeoutMs: number; maxBytes: number }): Promise<Buffer> {
    const { CLAWHUB_URL } = this.config;
    if (CLAWHUB_URL === 'off') throw NotConfigured('ClawHub is switched off by CLAWHUB_URL.');
    const url = `${CLAWHUB_URL.replace(/\/+$/, '')}${path}?${new URLSearchParams(query)}`;
    try {
      const { status, bytes } = await this.outbound.fetch(url, { ...limits, ofOperator: true });
      if (status === 404) throw SkillNotFound(`ClawHub has no skill ${query['slug'] ?? ''}`);
      if (status !== 200) throw ClawHubUnavailable();
      return bytes;
    } catch (error) {
      if (error instanceof OutboundError)
        throw ClawHubUnavailable(error.reason === 'size' ? 'The skill at ClawHub is too large.' : 'ClawHub did not answer.');
      throw error;
    }
  }
}

const at = (of: JsonObject, name: string): JsonObject => (isObject(of[name]) ? of[name] : {});

const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 5_000) : '');

const countOf = (value: unknown): number => (Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : 0);
