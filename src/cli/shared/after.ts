// The system's timer, as the server's clock and the leading client take it.

/** Calls back once after `ms`; the result undoes it. */
export function after(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}
