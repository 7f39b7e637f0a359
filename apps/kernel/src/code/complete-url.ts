/**
 * Adds what the engine’s `URL` and `URLSearchParams` lack of the standard (url.spec.whatwg.org): `searchParams`, `URL.parse`, and params from pairs and
 * objects. It is compiled inside a sandbox from its own text, so it uses nothing but the language and these two.
 */
export function completeUrl(): void {
  const EngineParams = URLSearchParams;
  const { append: add, delete: remove } = EngineParams.prototype;
  const [href, search] = (['href', 'search'] as const).map((name) => Object.getOwnPropertyDescriptor(URL.prototype, name)!);
  /** The params of addresses, and the addresses of params. */
  const paramsOf = new WeakMap<URL, URLSearchParams>();
  const urlOf = new WeakMap<URLSearchParams, URL>();

  type Pairs = Iterable<Iterable<unknown>>;
  const pairsIn = (init: object): unknown[][] => {
    if (typeof (init as Partial<Pairs>)[Symbol.iterator] !== 'function') return Object.entries(init);
    return Array.from(init as Pairs, (pair) => {
      const both = Array.from(pair);
      if (both.length !== 2) throw new TypeError('each query pair must have a name and a value');
      return both;
    });
  };
  const write = (params: URLSearchParams): void => {
    const url = urlOf.get(params);
    if (url) search!.set!.call(url, `${params}`);
  };
  const read = (url: URL): void => {
    const params = paramsOf.get(url);
    if (!params) return;
    for (const name of Array.from(params.keys())) remove.call(params, name);
    for (const [name, value] of new EngineParams(url.search)) add.call(params, name, value);
  };

  globalThis.URLSearchParams = class URLSearchParams extends EngineParams {
    constructor(init: unknown = '') {
      const isObject = typeof init === 'object' && init !== null;
      super(isObject ? '' : `${init as string}`);
      if (isObject) for (const [name, value] of pairsIn(init)) add.call(this, `${name as string}`, `${value as string}`);
    }
    override append(name: string, value: string): void {
      super.append(name, value);
      write(this);
    }
    override delete(...which: [name: string, value?: string]): void {
      super.delete(...which);
      write(this);
    }
    override set(name: string, value: string): void {
      super.set(name, value);
      write(this);
    }
    override sort(): void {
      super.sort();
      write(this);
    }
  };
  for (const [name, { get, set }] of Object.entries({ href: href!, search: search! }))
    Object.defineProperty(URL.prototype, name, {
      ...{ configurable: true, enumerable: true, get },
      set(this: URL, value: unknown) {
        set!.call(this, value);
        read(this);
      },
    });
  Object.defineProperty(URL.prototype, 'searchParams', {
    ...{ configurable: true, enumerable: true },
    get(this: URL) {
      let params = paramsOf.get(this);
      if (!params) {
        paramsOf.set(this, (params = new URLSearchParams(this.search)));
        urlOf.set(params, this);
      }
      return params;
    },
  });
  URL.parse = (url, base) => {
    try {
      return new URL(url, base);
    } catch {
      return null;
    }
  };
}
