import { type AnySchema, Ajv2020 } from 'ajv/dist/2020.js';
import type { Json, Skep, TestUser } from '@skep/testkit';
import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import type { Route } from '../../src/route.js';

/** The answers that the published API describes: JSON Schemas by method and path, and those that they share. */
interface Published {
  answers: Record<string, object>;
  schemas: Record<string, object>;
}

/** The credential of a caller; empty for none. */
export interface Access {
  token?: string;
  headers?: Record<string, string>;
}

/** What fills the path of a route, and what is sent. */
interface Input {
  path?: Record<string, unknown>;
  query?: Record<string, string>;
  body?: object;
}

/** People and their apps, and a way to call the published routes. */
export interface World {
  skep: Skep;
  /** The developer of `link-saver`, which bob has installed. */
  ada: TestUser;
  bob: TestUser;
  admin: Access;
  service: Access;
  as(person: TestUser): Access;
  /** Calls a route with a valid input. @throws Error unless the answer is a success that matches the published schema */
  call(route: string, access: Access, input?: Input): Promise<Json>;
  /** Works with generated values, one after another. */
  each<T>(values: fc.Arbitrary<T>, work: (value: T) => Promise<unknown>): Promise<void>;
}

/** A group of routes, called with generated valid inputs. */
export type Calls = (world: World) => Promise<void>;

const RUNS = 3;

/** Text as people write it. */
export const text = (maxLength = 40) => fc.string({ maxLength: Math.floor(maxLength / 8), unit: 'grapheme' }).map((some) => `a${some}z`);
let ids = 0;
/** An id that no other one equals. */
export const id = () => fc.stringMatching(/^[a-z][a-z0-9]{1,9}$/).map((some) => `${some}${ids++}`);
/** An object with fields of any kind. */
export const fields = () => fc.dictionary(id(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });

/** Checks answers, and remembers which routes were called. */
export class PublishedAnswers {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly called = new Set<string>();

  private constructor(private readonly published: Published) {
    this.ajv.addSchema(published as unknown as AnySchema, 'published');
  }

  static async read(): Promise<PublishedAnswers> {
    const file = new URL('../../../test/published/answers.json', import.meta.url);
    return new PublishedAnswers(JSON.parse(await readFile(file, 'utf8')) as Published);
  }

  /** How an answer differs from the published schema; '' if it does not. @throws Error for a route without one */
  differenceOf(route: string, answer: unknown): string {
    const schema = this.published.answers[route];
    if (!schema) throw new Error(`${route} has no published answer`);
    this.called.add(route);
    const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"published#/')) as AnySchema;
    return this.ajv.validate(absolute, answer) ? '' : this.ajv.errorsText();
  }

  /** The routes with a published answer that were never called. */
  uncalled(routes: readonly Pick<Route, 'method' | 'path'>[]): string[] {
    return routes
      .map(({ method, path }) => `${method} ${path}`)
      .filter((route) => route in this.published.answers && !this.called.has(route));
  }

  world(skep: Skep, people: Pick<World, 'ada' | 'bob' | 'admin'>, seed: number): World {
    return {
      skep,
      ...people,
      service: { headers: { 'x-service-token': skep.serviceToken } },
      as: ({ access }) => ({ token: access }),
      call: async (route, access, { path = {}, query, body } = {}) => {
        const [method, template] = route.split(' ') as [string, string];
        const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])));
        const url = query ? `${filled}?${new URLSearchParams(query).toString()}` : filled;
        const answer = await skep.http(method, url, { ...access, ...(body && { body }) });
        const difference = this.differenceOf(route, answer.json);
        if (![200, 201].includes(answer.status) || difference)
          throw new Error(`${route} with ${JSON.stringify(body)}: ${answer.status} ${difference}: ${answer.text}`);
        return answer.json;
      },
      each: async (values, work) => {
        for (const value of fc.sample(values, { seed, numRuns: RUNS })) await work(value);
      },
    };
  }
}
