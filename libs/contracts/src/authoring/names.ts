// The forms of names and texts of an IR. The kernel checks them with messages of its own; the published schema has them as patterns.

/** Also accepts the wider published form `My_App`, for apps that were created on other installations. */
export const IR_APP_ID = /^[A-Za-z0-9_-]{1,64}$/;
export const IR_VERSION = /^1(\.\d+){0,2}$/;
export const APP_VERSION = /^\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?$/;
export const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;
/** Names that the platform reserves. */
export const NEVER_CALLABLE = /^__|^tool_.*_chat$/;
/** The function of a webhook: `__webhook__` and the path of the webhook. */
export const WEBHOOK_FUNCTION = /^__webhook__[a-z0-9_/-]{1,200}$/;
/** One `{{path | filter}}` in a text. */
export const BINDING = /\{\{\s*([\p{L}\p{N}_.$-]+)\s*(\|[^{}]*)?\}\}/u;
