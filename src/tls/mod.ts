// TLS for the server: a listener, its connections and its certificate.

export { type TcpListener, tlsContextOf, TlsListener, type TlsPair } from "./tls_listener.ts";
