// Times that matter to the minute are shown in the reader's zone; the server writes those of the instance's.
export function clocks(root) {
  const lang = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang; // the day first, as the server writes it
  const whole = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
  const alone = new Intl.DateTimeFormat(lang, { timeStyle: "short", hourCycle: "h23" });
  for (const time of root.querySelectorAll("time[data-clock]")) time.textContent = (time.dataset.clock === "time" ? alone : whole).format(new Date(time.dateTime));
}
