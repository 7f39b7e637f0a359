/** Whether a browser may come back to a URL. @param allowed origins such as `https://app.example.com`, and schemes of apps such as `myapp:` */
export const mayReturnTo = ({ protocol, origin }: URL, allowed: ReadonlySet<string>): boolean =>
  allowed.has(/^https?:$/.test(protocol) ? origin : protocol);
