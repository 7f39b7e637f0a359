/**
 * An HTTP client for the preparation of measurements.
 * @param {string} url
 */
export function client(url) {
  /** @returns {Promise<any>} the JSON of the answer. @throws Error for anything but 2xx */
  return async function http(method, path, { body, token, headers = {} } = {}) {
    const response = await fetch(url + path, {
      method,
      headers: { ...(body && { 'content-type': 'application/json' }), ...(token && { authorization: `Bearer ${token}` }), ...headers },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`);
    return JSON.parse(text);
  };
}

/** Signs in the first administrator. */
export const logIn = ({ http, secrets }) => http('POST', '/v1/auth/login', { body: credentials(secrets) });

export const credentials = ({ SKEP_ADMIN_EMAIL: email, SKEP_ADMIN_PASSWORD: password }) => ({ email, password, tenant_id: 'default' });
