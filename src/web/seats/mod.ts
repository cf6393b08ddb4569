// Seats for browsers, over WebSocket.

export { SeatRoute } from "./seat_route.ts";
