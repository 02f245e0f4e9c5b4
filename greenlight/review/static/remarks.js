// A comment on one take: said and on record, it decides nothing. What is typed outlives a reload.
import { make, post, production, toast } from "./net.js";

export function saying(take, done) {
  const KEY = `greenlight:comment:${production}:${take}`;
  const words = make("textarea", { rows: 2, maxLength: 1900, value: localStorage.getItem(KEY) || "" });
  words.setAttribute("aria-label", `Comment on ${take}`);
  words.oninput = () => localStorage.setItem(KEY, words.value);
  // Letters are words here, not the keys of the page.
  words.onkeydown = (event) => { if (event.key !== "Escape") event.stopPropagation(); };
  const form = make("form", { className: "say" }, words, make("button", { className: "quiet", textContent: "Add comment" }));
  form.onsubmit = async (event) => {
    event.preventDefault();
    const text = words.value.trim();
    if (!text) return;
    try {
      await post("/remarks", { subject: take, text });
      words.value = "";
      localStorage.removeItem(KEY);
      toast("The comment is on record.");
      done();
    } catch (error) { toast(error.message); }
  };
  return form;
}
