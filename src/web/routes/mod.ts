// What the page's port answers.

export { AssetRoutes } from "./asset_routes.ts";
export { LoginRoutes } from "./login_routes.ts";
export { Router } from "./router.ts";
