// The barest way to store and send a file: node:http and pipeline, without a hash, a limit, a sync of the disk or a row.
import { createReadStream, createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream/promises';

const { PORT, FILE = '' } = process.env;

createServer((request, response) => {
  const work =
    request.method === 'POST'
      ? pipeline(request, createWriteStream(FILE)).then(() => void response.end('{}'))
      : pipeline(createReadStream(FILE), response);
  work.catch(() => response.destroy());
}).listen(Number(PORT), '127.0.0.1', () => process.once('disconnect', () => process.exit()).send?.('ready'));
