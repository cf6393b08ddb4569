// The files of the page. They are the same in every copy of the program, so that they need no token; what they show does.

import type { WebRequest, WebResponse } from "../http/mod.ts";
import type { WebAssets } from "../host/mod.ts";

interface KnownAsset {
  readonly type: string;
  readonly body: Uint8Array;
  readonly tag: string;
}

const encoder = new TextEncoder();

export class AssetRoutes {
  readonly #assets: ReadonlyMap<string, KnownAsset>;

  constructor(assets: WebAssets) {
    this.#assets = new Map(
      Object.entries(assets).map(([path, { type, body }]) => {
        const bytes = encoder.encode(body);
        return [path, { type, body: bytes, tag: `"${fingerprint(bytes)}"` }];
      }),
    );
  }

  /** @returns `undefined` if there is no such file. */
  find(path: string, { headers }: Pick<WebRequest, "headers">): WebResponse | undefined {
    const asset = this.#assets.get(path);
    if (asset === undefined) return undefined;
    const { type, body, tag } = asset;
    // "no-cache": kept, but asked for each time, so that a new version of the program is seen.
    const fields = { "Cache-Control": "no-cache", "ETag": tag };
    if (headers.get("if-none-match") === tag) return { status: 304, headers: fields };
    return { status: 200, headers: { ...fields, "Content-Type": type }, body };
  }
}

/** FNV-1a, 32 bits, and the length: enough to tell two versions of a file apart. */
function fingerprint(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return `${(hash >>> 0).toString(16)}-${bytes.length.toString(16)}`;
}
