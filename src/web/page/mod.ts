// The page itself.

export { PAGE_ASSETS, type PageAsset } from "./assets.ts";
