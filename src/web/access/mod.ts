// Who may send requests to the page's port.

export {
  PageLogins,
  type PageLoginsOptions,
  type RefusedViewing,
  type Viewer,
  type Viewing,
} from "./page_logins.ts";
export { SiteCheck } from "./site_check.ts";
