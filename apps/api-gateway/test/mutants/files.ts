import { e2eTest, type Mutant } from '@skep/testkit';

const test = (name: string) => e2eTest('files', name);

/** Bugs in uploads, downloads and stored objects. */
export const files: Mutant[] = [
  {
    name: 'an upload may have any size',
    library: 'platform',
    file: 'src/objects/objects.js',
    find: 'if (this.size > this.maxBytes)',
    plant: 'if (false)',
    test: test('that is too large is refused, and leaves nothing'),
  },
  {
    name: 'the file of a repeated upload stays',
    library: 'platform',
    file: 'src/nats.strategy.js',
    find: '.finally(() => this.removeUnkept(uploads, message))',
    plant: '',
    test: test('with an Idempotency-Key happens once, and its content belongs to the key'),
  },
  {
    name: 'a repeated upload is another input',
    library: 'platform',
    file: 'src/idempotency.js',
    find: ', object_id: undefined',
    plant: '',
    test: test('with an Idempotency-Key happens once, and its content belongs to the key'),
  },
  {
    name: 'the sweep removes objects that rows name',
    library: 'platform',
    file: 'src/objects/owned-objects.js',
    find: 'where o.removed_at is not null returning id',
    plant: 'returning id',
    test: test('of a gateway that was killed are swept, and those of documents stay'),
  },
  {
    name: 'two rows may name an object',
    library: 'platform',
    file: 'src/objects/owned-objects.js',
    find: 'on conflict do nothing returning id',
    plant: 'on conflict (id) do update set size = excluded.size returning id',
    test: test('are named by one document only, which keeps them when another names them too'),
  },
  {
    name: 'a file is shown instead of saved',
    file: 'src/files/file-transfer.js',
    find: 'create(file.name)',
    plant: "create(file.name, { type: 'inline' })",
    test: test('of bytes is stored with its size, hash and the type of its content, and downloaded unchanged'),
  },
  {
    name: 'the name of a file has folders',
    file: 'src/files/file-transfer.js',
    find: 'given.split(/[/\\\\]/)',
    plant: '[given]',
    test: test('named a/ has a name without folders'),
  },
  {
    name: 'a download continues a copy of another file',
    file: 'src/files/file-transfer.js',
    find: 'ifRange !== etag',
    plant: 'false',
    test: test('of the rest of another file'),
  },
  {
    name: 'a file that the gateway refuses after it arrived stays',
    file: 'src/exchange/upload-exchange.js',
    find: 'await transfer.remove(file)',
    plant: 'undefined',
    test: e2eTest('storage', 'that name another app than the token, or no path, are refused, and leave nothing'),
  },
];
