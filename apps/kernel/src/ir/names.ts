import { IDENTIFIER, IR_APP_ID, NEVER_CALLABLE, WEBHOOK_FUNCTION } from '@skep/contracts/authoring';

// Rules for the names that an app may choose.

export const isAppId = (text: string): boolean => IR_APP_ID.test(text);

/** An identifier that the platform does not reserve (`__panel__notes`, `__webhook__…`, `tool_notes_chat`). */
export const isFunctionName = (text: string): boolean => IDENTIFIER.test(text) && !NEVER_CALLABLE.test(text);

export const isWebhookFunction = (text: string): boolean => WEBHOOK_FUNCTION.test(text);

/** The path of a webhook without outer slashes, by which requests, declarations and functions are compared. */
export const webhookPath = (text: string): string => text.replace(/^__webhook__/, '').replace(/^\/+|\/+$/g, '');

export const isIdentifier = (text: string): boolean => IDENTIFIER.test(text);

/** Keys that reach a prototype. Lookups read own properties only; these names are rejected as well. */
export const isUnsafeKey = (key: string): boolean => key === '__proto__' || key === 'constructor' || key === 'prototype';
