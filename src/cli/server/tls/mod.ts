// The certificate of a server with TLS. Loaded only for one, because node:tls takes time.

export { checkTls, type OpenedTls, openTls } from "./open_tls.ts";
