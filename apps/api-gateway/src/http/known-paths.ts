import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

/** The paths of all routes, and which methods each takes: what tells 405 from 404. */
@Injectable()
export class KnownPaths {
  private readonly methods = new Map<string, Set<string>>();
  private patterns?: { matches: RegExp; methods: Set<string> }[];

  /** Learns every route that is registered from now on. */
  learn(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ method, url }) => {
      const known = this.methods.get(url) ?? new Set();
      this.methods.set(url, known);
      for (const each of [method].flat()) known.add(each);
    });
  }

  /** @param path without its query @returns none for a path that no route matches */
  methodsOf(path: string): string[] {
    this.patterns ??= [...this.methods].map(([url, methods]) => ({ matches: patternOf(url), methods }));
    return [...new Set(this.patterns.filter(({ matches }) => matches.test(path)).flatMap(({ methods }) => [...methods]))].sort();
  }
}

/** Of `/v1/apps/:app_id`; a star matches the rest of a path. */
const patternOf = (url: string) =>
  new RegExp(
    `^${url
      .replace(/[.+?^$()[\]{}|\\]/g, '\\$&')
      .replace(/:\w+/g, '[^/]+')
      .replace('*', '.*')}$`,
  );
