// The certificate of a server that speaks TLS. Loaded only when there is one: node:tls takes time.

export { checkTls, type OpenedTls, openTls, secureContextFor } from "./open_tls.ts";
export { readTlsFiles, TlsFilesError } from "./tls_files.ts";
