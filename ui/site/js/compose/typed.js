// What stands in the form of a post, as the API takes it; and its copy on this device, for what the
// server doesn't have yet.
const fields = ["title", "content", "tags", "content_warning", "visibility"];

/** typed is everything that the form says; with "defaultValue", what the server put into it. */
export function typed(form, which = "value") {
  const said = Object.fromEntries(fields.map((name) => [name, form.elements[name][which]]));
  if (which !== "value") said.visibility = form.querySelector("[name=visibility][checked]")?.value ?? "";
  said.publish_at = form.querySelector("input[type=hidden][name=publish_at]")?.[which] ?? "";
  said.media = [...form.querySelectorAll("[name=media]")].map((m) => m.value);
  said.alt = Object.fromEntries([...form.querySelectorAll("[name^=alt_]")].map((a) => [a.name.slice(4), a[which]]));
  return said;
}

/** body is that as POST and PATCH /api/posts take it. */
export function body({ alt, tags, ...rest }) {
  return { ...rest, tags: splitTags(tags) };
}

// splitTags does as the server does with the form (ui/compose_form.go).
function splitTags(line) {
  const parts = /[,，、]/.test(line) ? line.split(/[,，、]/) : line.split(/\s+/);
  return parts.map((p) => p.trim()).filter((p) => p.replace(/^[#＃]+|[#＃]+$/g, ""));
}

/** same reports whether two say the same but for files. */
export function same(a, b) {
  return fields.every((name) => a[name] === b[name]);
}

/** type puts the texts of a copy back into the form. */
export function type(form, said) {
  for (const name of fields) form.elements[name].value = said[name];
}

/** copy is the place for a copy of one post of one person: read(), write(said, seen), drop(). */
export function copy(person, id) {
  const key = `madang:draft:${person}:${id || "new"}`;
  return {
    read() {
      try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
    },
    write(said, seen) {
      try { localStorage.setItem(key, JSON.stringify({ said, seen })); } catch { return false; } // full, or not allowed
      return true;
    },
    drop() { localStorage.removeItem(key); },
  };
}
