import type { Contract } from '@skep/contracts';
import type { Migrations } from './migration.js';

/** Entity classes. */
export type Classes = (abstract new () => object)[];

/** A service's tables in Postgres. */
export interface Tables {
  /** The service's name; Postgres shows it as `application_name`. */
  name: string;
  entities: Classes;
  /** They run in this order, after those of the platform. */
  migrations: Migrations;
  /** The folder of its functions, triggers and views, a file each; applied after the migrations, and again when a file changes. */
  sql?: URL;
  /** The file that describes the schema of a new database, with which every start compares; `npm run generate` writes it. */
  schema?: URL;
  /** The contract whose events the SQL files may name. */
  contract?: Contract;
  /** Entities whose rows the service may insert and read, but neither update nor delete. */
  appendOnly?: Classes;
  /** Entities whose rows the service may only read: `security definer` functions of the tables' owner write them. */
  readOnly?: Classes;
  /** Enables row-level security on every table with a `tenant_id`: a request sees only its own tenant's rows. See tenant-scope.ts. */
  tenantScoped?: boolean;
}
