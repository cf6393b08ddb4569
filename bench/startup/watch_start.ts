// Puts the stop watch around the functions of the runtime that the server's start goes through.

import { reportMarks, timeMarks, timeNow } from "./marks.ts";

const marks = timeMarks();

const toObject = Deno.env.toObject.bind(Deno.env);
Deno.env.toObject = () => {
  marks.configuring = timeNow();
  return toObject();
};

// The server opens a pair of sockets for itself, and then its own.
const listen = Deno.listen as (options: Deno.TcpListenOptions) => Deno.TcpListener;
(Deno as { listen: typeof listen }).listen = (options) => {
  if (Number.isNaN(marks.opening)) marks.opening = timeNow();
  const listener = listen(options);
  marks.listening = timeNow();
  return listener;
};

const write = Deno.stdout.write.bind(Deno.stdout);
Deno.stdout.write = (bytes) => {
  if (Number.isNaN(marks.serving)) marks.serving = timeNow();
  finishOnceDropped();
  return write(bytes);
};

let isDropped = false;
const revokeSync = Deno.permissions.revokeSync.bind(Deno.permissions);
Deno.permissions.revokeSync = (permission) => {
  const before = timeNow();
  const status = revokeSync(permission);
  marks.dropping += timeNow() - before;
  isDropped ||= permission.name === "read";
  finishOnceDropped();
  return status;
};

function finishOnceDropped(): void {
  if (isDropped && !Number.isNaN(marks.serving)) reportMarks(marks);
}
