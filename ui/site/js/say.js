// say tells something in the reader's language: the texts stand on the element that shows them.
let timer;

export function text(name) {
  return document.getElementById("toast").dataset[name] ?? "";
}

export function say(name) {
  show(text(name));
}

export function show(message) {
  const toast = document.getElementById("toast");
  toast.textContent = message;
  clearTimeout(timer);
  timer = setTimeout(() => { toast.textContent = ""; }, 5000);
}
