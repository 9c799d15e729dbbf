// Suggestions for tags and for people who are mentioned, while one types: arrows choose, Enter or Tab
// takes, Escape closes.
import { make } from "../make.js";

const pause = 150; // ms after the last key before the server is asked

export function tags(form) {
  complete(form.elements.tags, form.dataset.textSuggestions, {
    part: (before) => before.match(/(?:^|[,，、\s])[#＃]?([^,，、\s#＃]+)$/)?.[1],
    ask: async (typed, signal) => {
      const found = await get(`/api/search/suggest?q=${encodeURIComponent(typed)}`, signal);
      return found.filter((s) => s.type === "tag").map((s) => ({ value: s.text, label: `#${s.text}` }));
    },
    end: ", ",
  });
}

export function mentions(form) {
  complete(form.elements.content, form.dataset.textSuggestions, {
    part: (before) => before.match(/(?:^|[^\p{L}\p{N}_@./])@([\p{L}\p{N}_.]{1,30})$/u)?.[1],
    ask: async (typed, signal) => {
      const found = await get(`/api/users?search=${encodeURIComponent(typed)}&page_size=6`, signal);
      return found.map((u) => ({ value: u.username, label: u.name || u.username, beside: `@${u.username}` }));
    },
    end: " ",
  });
}

async function get(url, signal) {
  const answer = await fetch(url, { signal, headers: { Accept: "application/json" } });
  return answer.ok ? (await answer.json()).results : [];
}

// complete gives a field a list of what could be meant by the part of its text that ends at the caret.
function complete(field, label, { part, ask, end }) {
  const list = make("ul", { className: "suggestions", id: `${field.id}-suggestions`, role: "listbox", "aria-label": label, hidden: true });
  field.parentElement.classList.add("completes");
  field.after(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.autocomplete = "off";
  let timer, asked, chosen = 0;

  const close = () => {
    clearTimeout(timer);
    asked?.abort();
    list.hidden = true;
    field.removeAttribute("aria-activedescendant");
  };
  const choose = (n) => {
    chosen = (n + list.children.length) % list.children.length;
    for (const [i, o] of [...list.children].entries()) o.setAttribute("aria-selected", String(i === chosen));
    field.setAttribute("aria-activedescendant", list.children[chosen].id);
    list.children[chosen].scrollIntoView({ block: "nearest" });
  };
  const typed = () => part(field.value.slice(0, field.selectionStart));
  const look = async () => {
    const wanted = typed();
    asked?.abort();
    if (!wanted) return close();
    asked = new AbortController();
    try {
      const found = await ask(wanted, asked.signal);
      if (document.activeElement !== field || !found.length || typed() !== wanted) return close();
      list.replaceChildren(...found.map((f, i) => make("li", { id: `${list.id}-${i}`, role: "option", "aria-selected": "false", "data-value": f.value },
        make("span", { textContent: f.label }), ...(f.beside ? [make("span", { className: "muted", textContent: f.beside })] : []))));
      list.style.top = `${field.offsetTop + field.offsetHeight + 4}px`;
      list.hidden = false;
      choose(0);
    } catch (problem) {
      if (problem.name !== "AbortError") close(); // one can write it out as well
    }
  };
  const take = (option) => {
    const caret = field.selectionStart;
    field.setRangeText(option.dataset.value + end, caret - typed().length, caret, "end");
    close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  field.addEventListener("input", (e) => {
    clearTimeout(timer);
    if (e.isTrusted) timer = setTimeout(look, pause); // also while a syllable of Hangul is being composed
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (e) => {
    if (list.hidden || e.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) choose(chosen + step);
    else if (e.key === "Escape") close();
    else if (e.key === "Enter" || e.key === "Tab") take(list.children[chosen]);
    else return;
    e.preventDefault();
  });
  list.addEventListener("pointerdown", (e) => {
    e.preventDefault(); // the field keeps the focus
    const option = e.target.closest("[role=option]");
    if (option) take(option);
  });
}
