// A seat that is taken in the page.

export { openQrDialog } from "./qr_dialog.ts";
export { SeatView, type SeatViewOptions } from "./seat_view.ts";
