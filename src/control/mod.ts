// Control sockets: Unix sockets with JSON-RPC, of servers and clients.

export { askControl } from "./ask_control.ts";
export {
  type ControlSocket,
  openControlSocket,
  removeIfSame,
  socketError,
  type SocketFile,
  socketPathFault,
} from "./control_socket.ts";
export {
  type ControlListener,
  type LineTalk,
  serveLines,
  unreadable,
  writeLine,
  writeParts,
} from "./serve_lines.ts";
