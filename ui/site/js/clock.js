// Times that matter to the minute are shown in the reader's zone; the server writes those of the instance's.
export function clocks(root) {
  const shown = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short", hourCycle: "h23" });
  for (const time of root.querySelectorAll("time[data-clock]")) time.textContent = shown.format(new Date(time.dateTime));
}
