// What happens on the server.

export { statusText } from "./activity_text.ts";
export { ActivityView } from "./activity_view.ts";
