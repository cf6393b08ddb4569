// Calls that are made several times in one turn of the event loop, and are one call in the next.

/** @returns asks for the call of `callback`. @param afterIo calls back in the next iteration; `setImmediate` */
export function oncePerTurn(afterIo: (callback: () => void) => void, callback: () => void): () => void {
  let isScheduled = false;
  return () => {
    if (isScheduled) return;
    isScheduled = true;
    afterIo(() => {
      isScheduled = false;
      callback();
    });
  };
}
