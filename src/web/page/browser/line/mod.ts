// The line of seats.

export { LineView, type LineViewOptions } from "./line_view.ts";
export { type MemberDetails, openMemberDetails } from "./member_details.ts";
