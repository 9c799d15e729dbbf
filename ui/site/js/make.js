// make builds elements: make("button", { type: "button", textContent: "x" }, child…). Names with a
// hyphen, and role, become attributes.
export function make(tag, how = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(how)) {
    if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...inside);
  return made;
}

/** icon is one of those that stand on every page. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** press is a button with words on it. */
export function press(label, action, className = "plain") {
  const made = make("button", { type: "button", className, textContent: label });
  made.addEventListener("click", action);
  return made;
}

/** filled puts what belongs there into the places {0}, {1}… of a sentence. */
export function filled(sentence, ...args) {
  return args.reduce((s, arg, i) => s.replaceAll(`{${i}}`, arg), sentence);
}
