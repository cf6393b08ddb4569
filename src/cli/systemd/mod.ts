// systemd, where it started this process: what it learns of the process, and the socket that it passes (docs/systemd.md).

export { reportSeat } from "./report_seat.ts";
export type { Service } from "./open_systemd.ts";
export { isService, openManager, openService } from "./service.ts";
export { NO_MANAGER, type ServiceManager } from "./service_manager.ts";
export type { PassedSocket } from "./passed_socket.ts";
