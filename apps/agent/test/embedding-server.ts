import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Embeddings with OpenAI’s API on loopback. Words of one meaning point in one direction. */
export interface EmbeddingServer {
  url: string;
  /** It answers with an error. */
  isAway: boolean;
  close(): Promise<void>;
}

const MEANINGS = [
  ['cat', 'feline'],
  ['sleeps', 'napping'],
  ['sofa', 'furniture'],
  ['invoice', 'bill'],
];
const DIMENSION = 64;

function embed(text: string): number[] {
  const vector = new Array<number>(DIMENSION).fill(0);
  for (const word of text.toLowerCase().match(/[a-z0-9]+/g) ?? []) {
    const meaning = MEANINGS.findIndex((words) => words.includes(word));
    if (meaning >= 0) vector[meaning]! += 1;
    else
      vector[MEANINGS.length + (Array.from(word).reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7) % (DIMENSION - MEANINGS.length))]! +=
        0.1;
  }
  return vector;
}

export async function openEmbeddingServer(): Promise<EmbeddingServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const { input } = JSON.parse(Buffer.concat(chunks).toString()) as { input: string[] };
        response.writeHead(self.isAway ? 500 : 200, { 'content-type': 'application/json' });
        const data = input.map((text, index) => ({ object: 'embedding', index, embedding: embed(text) }));
        response.end(JSON.stringify({ object: 'list', model: 'meanings', data, usage: { prompt_tokens: 1, total_tokens: 1 } }));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: EmbeddingServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    isAway: false,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return self;
}
