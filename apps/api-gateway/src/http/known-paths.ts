import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

/** The paths of all routes with their methods. Tells 405 from 404. */
@Injectable()
export class KnownPaths {
  private readonly methodsByUrl = new Map<string, Set<string>>();
  private patterns?: { matches: RegExp; methods: Set<string> }[];

  /** Records every route that is registered after this call. */
  trackRoutes(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ method, url }) => {
      // Where CORS answers preflights: not a path of an API.
      if (url === '*') return;
      const known = this.methodsByUrl.get(url) ?? new Set();
      this.methodsByUrl.set(url, known);
      for (const each of [method].flat()) known.add(each);
    });
  }

  /** @param path without its query @returns the allowed methods; none for a path that no route matches */
  methodsOf(path: string): string[] {
    this.patterns ??= [...this.methodsByUrl].map(([url, methods]) => ({ matches: toPattern(url), methods }));
    return [...new Set(this.patterns.filter(({ matches }) => matches.test(path)).flatMap(({ methods }) => [...methods]))].sort();
  }
}

/** Converts a URL such as `/v1/apps/:app_id`; `*` matches the rest of a path. */
const toPattern = (url: string) =>
  new RegExp(
    `^${url
      .replace(/[.+?^$()[\]{}|\\]/g, '\\$&')
      .replace(/:\w+/g, '[^/]+')
      .replace('*', '.*')}$`,
  );
