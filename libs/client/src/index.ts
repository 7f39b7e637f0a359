export { type Client, createClient } from './client.js';
export type { Credentials, SessionTokens } from './credentials.js';
export type { components as AgentComponents, paths as AgentPaths } from './generated/agent.js';
export type { components as CoachComponents, paths as CoachPaths } from './generated/coach.js';
export type { ProblemCode } from './generated/routes.js';
export type { components, paths } from './generated/schema.js';
export type { CallOptions, ClientOptions } from './options.js';
export { type InputFault, isProblem, SkepError } from './skep-error.js';
export type { Input, OperationId, Output, Row, StreamEvent } from './types.js';
