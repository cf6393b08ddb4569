// The files of the page, which are part of the program. `deno task page` makes page.js from browser/.

import icon from "./icon.svg" with { type: "text" };
import page from "./page.html" with { type: "text" };
import script from "./page.js" with { type: "text" };
import activity from "./style/activity.css" with { type: "text" };
import chart from "./style/chart.css" with { type: "text" };
import controls from "./style/controls.css" with { type: "text" };
import dialogs from "./style/dialogs.css" with { type: "text" };
import layout from "./style/layout.css" with { type: "text" };
import line from "./style/line.css" with { type: "text" };
import seat from "./style/seat.css" with { type: "text" };
import theme from "./style/theme.css" with { type: "text" };
import top from "./style/top.css" with { type: "text" };

export interface PageAsset {
  /** Its media type. */
  readonly type: string;
  readonly body: string;
}

/** The general rules come first. */
const STYLE = [theme, controls, layout, top, line, chart, activity, seat, dialogs].join("\n");

/** By their paths below the base path. Their links are relative. */
export const PAGE_ASSETS: Readonly<Record<string, PageAsset>> = {
  "/": { type: "text/html; charset=utf-8", body: page },
  "/page.css": { type: "text/css; charset=utf-8", body: STYLE },
  "/page.js": { type: "text/javascript; charset=utf-8", body: script },
  "/icon.svg": { type: "image/svg+xml", body: icon },
};
