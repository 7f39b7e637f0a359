// What the sandbox has beside the language. There is no DOM, no `fetch` and no timer.
declare const console: import('./ctx.js').Log & { log: import('./ctx.js').Log['info'] };

declare class URLSearchParams implements Iterable<[string, string]> {
  constructor(init?: string | Readonly<Record<string, string>> | readonly (readonly [string, string])[]);
  append(name: string, value: string): void;
  delete(name: string): void;
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string): boolean;
  set(name: string, value: string): void;
  toString(): string;
  [Symbol.iterator](): Iterator<[string, string]>;
}

/** Without `searchParams`: use `new URLSearchParams(url.search)`. */
declare class URL {
  constructor(url: string, base?: string);
  readonly origin: string;
  href: string;
  protocol: string;
  host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  hash: string;
  toString(): string;
}

declare class TextEncoder {
  encode(text: string): Uint8Array;
}
declare class TextDecoder {
  constructor(encoding?: string);
  decode(bytes: Uint8Array | ArrayBuffer): string;
}

/** A key of `crypto.subtle`. */
interface CryptoKey {
  readonly type: string;
}
declare const crypto: {
  randomUUID(): string;
  getRandomValues<T extends Uint8Array>(bytes: T): T;
  /** Web Cryptography: https://www.w3.org/TR/webcrypto-2/ */
  subtle: {
    digest(algorithm: string, bytes: Uint8Array): Promise<ArrayBuffer>;
    importKey(format: string, key: Uint8Array | object, algorithm: object, extractable: boolean, usages: string[]): Promise<CryptoKey>;
    sign(algorithm: string | object, key: CryptoKey, bytes: Uint8Array): Promise<ArrayBuffer>;
    verify(algorithm: string | object, key: CryptoKey, signature: Uint8Array, bytes: Uint8Array): Promise<boolean>;
    encrypt(algorithm: object, key: CryptoKey, bytes: Uint8Array): Promise<ArrayBuffer>;
    decrypt(algorithm: object, key: CryptoKey, bytes: Uint8Array): Promise<ArrayBuffer>;
  };
};
