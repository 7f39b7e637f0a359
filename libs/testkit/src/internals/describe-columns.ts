import pg, { type Connection, type Submittable } from 'pg';

/** A column of the result of a statement: its name and the oid of its type. */
export interface DescribedColumn {
  name: string;
  dataTypeID: number;
}

/**
 * Asks Postgres for the columns of a statement, without running it: "Describe" of the extended query protocol, for which pg has no call of
 * its own. Like pg-query-stream it is a `Submittable`. https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
class Describe implements Submittable {
  readonly columns: Promise<DescribedColumn[]>;
  private resolve!: (columns: DescribedColumn[]) => void;
  private reject!: (error: Error) => void;
  private fields: DescribedColumn[] = [];

  constructor(private readonly text: string) {
    this.columns = new Promise((resolve, reject) => {
      [this.resolve, this.reject] = [resolve, reject];
    });
  }

  submit(connection: Connection): void {
    connection.parse({ name: '', text: this.text, types: [] }, true);
    connection.describe({ type: 'S', name: '' }, true);
    connection.sync();
  }

  handleRowDescription({ fields }: { fields: DescribedColumn[] }): void {
    this.fields = fields;
  }

  handleError(error: Error): void {
    this.reject(error); // pg calls nothing after it
  }

  handleReadyForQuery(): void {
    this.resolve(this.fields);
  }
}

/** @throws Error of Postgres if it refuses the statement */
export function describeColumns(client: pg.Client, text: string): Promise<DescribedColumn[]> {
  return client.query(new Describe(text)).columns;
}
