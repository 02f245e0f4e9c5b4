// Keys and buttons of a page.
export const busy = () => Boolean(document.querySelector("dialog[open]"));
export const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
export const name_of = (event) => (event.key.length === 1 ? event.key.toLowerCase() : event.key);

// Presses act unless something is typed, a dialog is open, or a focused button takes them.
export function on_keys(acts, allowed = () => true) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || busy() || typing(event.target)) return;
    if (["Enter", " "].includes(event.key) && event.target.closest("button, a, summary")) return;
    const act = acts[name_of(event)];
    if (!act || !allowed(name_of(event))) return;
    event.preventDefault();
    act();
  });
}

export function on_click(acts) {
  for (const [id, act] of Object.entries(acts)) document.getElementById(id)?.addEventListener("click", act);
}
