// TLS connections and listeners.

export { secureContextOf, TlsListener, type TlsPair } from "./tls_listener.ts";
