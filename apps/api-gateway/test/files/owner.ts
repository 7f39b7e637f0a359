import { Bool, contract, Empty, Int, Nested, NotFound, operation, problem, StoredFile, Text } from '@skep/contracts';
import {
  Aggregate,
  type Ctx,
  Database,
  DEFAULT_OBJECTS,
  type Env,
  Handle,
  Handlers,
  ObjectsUrl,
  OwnedObjects,
  runProcess,
  serve,
  type Service,
  ServiceConfig,
  statement,
} from '@skep/platform';

/** A small service that owns files, for the tests of the exchanges `upload` and `download`. */
export class NewDocument {
  @Nested(() => StoredFile) file!: StoredFile;
  @Text({ min: 1, max: 20 }) title: string = 'untitled';
  @Bool() refuse: boolean = false;
}
export class DocumentRef {
  @Int() id!: number;
}
export class Document extends StoredFile {
  @Int() id!: number;
  @Text() title!: string;
}
export class Sweep {
  @Int() older_than_ms!: number;
}
export const DocumentRefused = problem('document_refused', 409, 'This document is refused.');

export const documents = contract('documents', {
  addDocument: operation('Add a document', { input: NewDocument, output: Document, problems: [DocumentRefused] }),
  getDocument: operation('Read a document', { input: DocumentRef, output: StoredFile, problems: [NotFound] }),
  removeDocument: operation('Remove a document', { input: DocumentRef, output: Empty }),
  sweep: operation('Remove objects that no document names', { input: Sweep, output: Empty }),
});

class OwnerConfig extends ServiceConfig {
  @ObjectsUrl() SKEP_OBJECTS: string = DEFAULT_OBJECTS;
}

const INSERT = statement(
  `insert into document (title, object_id, name, size, sha256, media_type)
   values (:title, :object_id, :name, :size, :sha256, :media_type) returning *`,
  Document,
);
const SELECT = statement('select * from document where id = :id', Document);
const DELETE = statement('delete from document where id = :id returning object_id', { object_id: 'text' });

@Handlers()
class DocumentHandlers {
  constructor(
    private readonly db: Database,
    private readonly objects: OwnedObjects,
  ) {}

  @Handle(documents.addDocument)
  addDocument(ctx: Ctx, { file, title, refuse }: NewDocument): Promise<Document> {
    return this.db.transaction(async () => {
      await this.objects.keep(ctx, file);
      const row = await this.db.row(INSERT, { ...file, title });
      if (refuse) throw DocumentRefused();
      return row!;
    });
  }

  @Handle(documents.getDocument)
  async getDocument(_: Ctx, ref: DocumentRef): Promise<StoredFile> {
    const row = await this.db.row(SELECT, ref);
    if (!row) throw NotFound();
    return row;
  }

  @Handle(documents.removeDocument)
  removeDocument(_: Ctx, ref: DocumentRef): Promise<Empty> {
    return this.db.transaction(async () => {
      const row = await this.db.row(DELETE, ref);
      if (row) await this.objects.discard(row.object_id);
      return {};
    });
  }

  @Handle(documents.sweep)
  async sweep(_: Ctx, { older_than_ms }: Sweep): Promise<Empty> {
    await this.objects.sweep(older_than_ms);
    return {};
  }
}

@Aggregate({ handlers: [DocumentHandlers] })
class DocumentModule {}

const service: Service = {
  name: 'documents',
  contract: documents,
  config: OwnerConfig,
  modules: [DocumentModule],
  main: import.meta.url,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
