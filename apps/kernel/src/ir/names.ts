// Rules for the names that an app may choose.

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;
const NEVER_CALLABLE = /^__|^tool_.*_chat$/;

/** `my-app`. Also accepts the wider published form `My_App`, for apps that were created on other installations. */
export const isAppId = (text: string): boolean => /^[A-Za-z0-9_-]{1,64}$/.test(text);

/** An identifier that the platform does not reserve (`__panel__notes`, `__webhook__…`, `tool_notes_chat`). */
export const isFunctionName = (text: string): boolean => IDENTIFIER.test(text) && !NEVER_CALLABLE.test(text);

/** The name of the function of a webhook: `__webhook__` and the path of the webhook. */
export const isWebhookFunction = (text: string): boolean => /^__webhook__[a-z0-9_/-]{1,200}$/.test(text);

/** The path of a webhook without outer slashes, by which requests, declarations and functions are compared. */
export const webhookPath = (text: string): string => text.replace(/^__webhook__/, '').replace(/^\/+|\/+$/g, '');

export const isIdentifier = (text: string): boolean => IDENTIFIER.test(text);

/** Keys that reach a prototype. Lookups read own properties only; these names are rejected as well. */
export const isUnsafeKey = (key: string): boolean => key === '__proto__' || key === 'constructor' || key === 'prototype';
