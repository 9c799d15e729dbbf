// One key for each decision: j and k walk through the cases, a number chooses, n writes a note, Enter decides.
export function moderates(page) {
  const cases = () => [...page.querySelectorAll(".case")];
  const here = () => document.activeElement.closest(".case");
  page.querySelector("[data-keys]").hidden = false;
  for (const one of cases()) one.tabIndex = -1;

  document.addEventListener("keydown", (e) => {
    const typing = e.target.matches("textarea, select, input:not([type=radio])");
    if (typing || e.ctrlKey || e.metaKey || e.altKey) return;
    const all = cases();
    if (e.key === "j" || e.key === "k") {
      const to = all[all.indexOf(here()) + (e.key === "j" ? 1 : -1)] ?? (e.key === "j" ? all.at(-1) : all[0]);
      to?.focus();
      to?.scrollIntoView({ block: "start" });
      return e.preventDefault();
    }
    const form = here()?.querySelector("form.decide");
    if (!form) return;
    if (/^[1-9]$/.test(e.key)) form.querySelectorAll("input[name=action]")[e.key - 1]?.click();
    else if (e.key === "n") form.querySelector("textarea").focus();
    else if (e.key === "Enter" && !e.target.closest("a, button, summary")) form.requestSubmit();
    else return;
    e.preventDefault();
  });
}
