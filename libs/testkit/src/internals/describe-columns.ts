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
  private settle!: (fault: Error | null) => void;
  private fields: DescribedColumn[] = [];
  private fault: Error | null = null;

  constructor(private readonly text: string) {
    this.columns = new Promise((resolve, reject) => {
      this.settle = (fault) => (fault ? reject(fault) : resolve(this.fields));
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
    this.fault = error;
  }

  handleReadyForQuery(): void {
    this.settle(this.fault);
  }
}

/** @throws Error of Postgres if it refuses the statement */
export function describeColumns(client: pg.Client, text: string): Promise<DescribedColumn[]> {
  return client.query(new Describe(text)).columns;
}
