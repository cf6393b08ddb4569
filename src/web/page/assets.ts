// The files of the page, which are part of the program. `deno task page` makes page.js from browser/.

import icon from "./icon.svg" with { type: "text" };
import style from "./page.css" with { type: "text" };
import page from "./page.html" with { type: "text" };
import script from "./page.js" with { type: "text" };

export interface PageAsset {
  /** Its media type. */
  readonly type: string;
  readonly body: string;
}

/** By their paths below the base path. Their links are relative. */
export const PAGE_ASSETS: Readonly<Record<string, PageAsset>> = {
  "/": { type: "text/html; charset=utf-8", body: page },
  "/page.css": { type: "text/css; charset=utf-8", body: style },
  "/page.js": { type: "text/javascript; charset=utf-8", body: script },
  "/icon.svg": { type: "image/svg+xml", body: icon },
};
