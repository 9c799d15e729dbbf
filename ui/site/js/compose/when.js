// The time of a schedule is the viewer's: what the server wrote in the instance's zone is shown in
// theirs, and sent with its zone.
import { filled } from "../make.js";

export function when(form) {
  const field = form.querySelector("[type=datetime-local]");
  if (!field) return;
  const sent = Object.assign(document.createElement("input"), { type: "hidden", name: field.name, value: field.dataset.at });
  field.removeAttribute("name");
  field.after(sent);
  if (field.dataset.at) field.value = local(new Date(field.dataset.at));
  field.min = local(new Date());
  field.addEventListener("input", () => { sent.value = field.value ? new Date(field.value).toISOString() : ""; });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  form.querySelector("#f-when-hint").textContent = filled(form.dataset.textWhen, zone);
}

// local is a time as a datetime-local field writes it, without its zone.
function local(at) {
  return new Date(at - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
