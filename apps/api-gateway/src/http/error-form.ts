import type { ProblemBody } from '@skep/contracts';
import type { FastifyRequest } from 'fastify';

/** The form of an API's errors: how a problem is sent, and how OpenAPI describes it. */
export interface ErrorForm {
  /** Distinguishes its responses in OpenAPI from those in the API's usual form. */
  name: string;
  contentType: string;
  /** The status to send; that of the problem by default. */
  statusOf?(problem: ProblemBody, request: FastifyRequest): number;
  bodyOf(problem: ProblemBody, request?: FastifyRequest): object;
  /** The schema of a body with this status and one of these codes. It may refer to `schemas`. */
  schemaOf(status: number, codes: readonly string[]): object;
  /** Components of OpenAPI, by name. */
  schemas: Readonly<Record<string, object>>;
}
