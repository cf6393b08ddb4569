// The address of this page as a QR code, for the phones in the room.

import { encode } from "uqr";
import { element, openDialog, svgElement } from "../dom/mod.ts";

const QUIET_MODULES = 4;

export function openQrDialog(): void {
  const { origin, pathname, hostname } = location;
  const address = `${origin}${pathname}`;
  const content = [qrCode(address), element("p", { class: "qr-address", text: address })];
  if (isLoopback(hostname)) {
    content.push(element("p", { class: "problem", text: "This address works on this machine only." }));
  }
  const dialog = openDialog("Open this page on another device", ...content);
  const close = element("button", { type: "button", text: "Close" });
  close.addEventListener("click", () => dialog.close());
  dialog.append(element("div", { class: "dialog-actions" }, close));
  close.focus();
}

function qrCode(text: string): HTMLElement {
  const { data, size } = encode(text, { border: 0, ecc: "M" });
  const path = data.flatMap((row, y) => row.flatMap((isDark, x) => isDark ? [`M${x} ${y}h1v1h-1z`] : []))
    .join("");
  const whole = size + 2 * QUIET_MODULES;
  const svg = svgElement("svg", {
    viewBox: `${-QUIET_MODULES} ${-QUIET_MODULES} ${whole} ${whole}`,
    role: "img",
    "aria-label": `QR code of ${text}`,
  }, svgElement("path", { d: path }));
  const box = element("div", { class: "qr" });
  box.append(svg);
  return box;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}
