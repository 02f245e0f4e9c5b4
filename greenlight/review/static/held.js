// What is held: the ways out that cost money, confirm charges or ask a producer. Each is one request.
import { fresh, make, post, toast } from "./net.js";

// Opens a dialog whose go button posts what `data` gives; nothing typed is lost by a refusal.
function asked(id, path, data, done) {
  const dialog = document.getElementById(id), go = dialog.querySelector("[value=go]"), problem = dialog.querySelector(".problem");
  const say = (text) => { problem.textContent = text; problem.hidden = !text; };
  const request = fresh();
  say("");
  go.onclick = async (event) => {
    event.preventDefault();
    go.disabled = true;
    try {
      await post(path, { ...data(), request });
      dialog.close();
      await done();
    } catch (error) { say(error.message); } finally { go.disabled = false; }
  };
  dialog.showModal();
  return dialog;
}

function raise(hold, done) {
  const field = document.getElementById("raise-usd");
  field.value = hold.dataset.enough;
  document.getElementById("raise-said").textContent = `${hold.dataset.whose === "show" ? "This is the limit of the whole show. " : ""}$${hold.dataset.enough} lets all of it begin.`;
  asked("raise", "/budget", () => ({ limit_usd: field.value.trim().replace(/^\$/, ""), whose: hold.dataset.whose }), () => done("The budget is raised: work goes on."));
  field.select();
}

function other_model(button, done) {
  const names = button.dataset.choices.split(" "), costs = button.dataset.costs.split("|");
  const choices = document.querySelector("#model .choices");
  const line = (name, at) => make("label", {}, make("input", { type: "radio", name: "model", value: name, checked: at === 0 }), ` ${name} · up to ${costs[at]}`);
  choices.replaceChildren(choices.querySelector("legend"), ...names.map(line));
  const chosen = () => choices.querySelector("input:checked").value;
  asked("model", "/model", () => ({ role: button.dataset.role, model: chosen() }), () => done("Another model is used from now on."));
}

function charges(done) {
  const dialog = document.getElementById("charges"), go = dialog.querySelector("[value=go]");
  const answers = () => Object.fromEntries([...dialog.querySelectorAll(".charge")].map((one) => [one.dataset.slot, one.querySelector("input:checked")?.value]).filter(([, said]) => said));
  const ready = () => { const count = Object.keys(answers()).length; go.disabled = !count; go.textContent = count > 1 ? `Confirm ${count} charges` : "Confirm"; };
  dialog.onchange = ready;
  for (const all of dialog.querySelectorAll("[data-all]")) {
    all.onclick = () => { for (const one of dialog.querySelectorAll(`input[value=${all.dataset.all}]`)) one.checked = true; ready(); };
  }
  asked("charges", "/charges", () => ({ charges: answers(), note: document.getElementById("charges-note").value.trim() }), () => done("The charges are confirmed."));
  ready();
}

async function ask(hold, button) {
  button.disabled = true;
  try {
    await post("/ask", { cause: hold.dataset.cause, request: fresh() });
    toast("A producer was asked.");
  } catch (error) { button.disabled = false; toast(error.message); }
}

// `retake` and `omit` are verdicts, which the page collects; `done` brings it up to date.
export function free_held({ retake, omit, done }) {
  const said = async (text) => { toast(text); await done(); };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-way]"), hold = event.target.closest(".hold");
    if (!button) return;
    const ways = { raise: () => raise(hold, said), model: () => other_model(button, said), charges: () => charges(said), ask: () => ask(hold, button), retake: () => retake(hold), omit: () => omit(hold) };
    ways[button.dataset.way]();
  });
}
