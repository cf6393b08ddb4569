// TLS for the server: a listener, its connections and its certificate.

export { secureContextOf, TlsListener, type TlsPair } from "./tls_listener.ts";
