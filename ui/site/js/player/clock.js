/** clock is a time in seconds as people read it: 3:07, 1:02:03. */
export function clock(seconds) {
  const s = Math.max(0, Math.floor(seconds || 0));
  const rest = String(s % 60).padStart(2, "0");
  return s < 3600 ? `${Math.floor(s / 60)}:${rest}` : `${Math.floor(s / 3600)}:${String(Math.floor(s / 60) % 60).padStart(2, "0")}:${rest}`;
}
