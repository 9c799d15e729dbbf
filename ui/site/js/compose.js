// The composer: what a form does without scripts, made comfortable. Each part is a module of its own.
import { drafts } from "./compose/draft.js";
import { files } from "./compose/files.js";
import { preview } from "./compose/preview.js";
import { tags, mentions } from "./compose/complete.js";
import { when } from "./compose/when.js";

export function compose(form) {
  if (form.dataset.ready !== undefined) return;
  form.dataset.ready = "";
  const attached = files(form);
  when(form);
  preview(form);
  tags(form);
  mentions(form);
  drafts(form, attached);
}
