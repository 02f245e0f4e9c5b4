// The shot list: edited in place, kept in this browser until it is written, and approved as it stands.
import { ask_retake, ask_send } from "./asking.js";
import * as draft from "./draft.js";
import { forget, keep, kept } from "./kept.js";
import { busy, on_click, on_keys, typing } from "./keys.js";
import { heartbeat, leave_for_wall } from "./live.js";
import { make, post, principal, production, sentence, short, toast } from "./net.js";
import { priced, told } from "./priced.js";

const list = document.getElementById("shots"), about = document.getElementById("list");
if (list) {
  const version = Number(about.dataset.version), edits = Boolean(about.dataset.edits);
  const KEY = `greenlight:list:${production}:${principal}`;
  const FIELDS = ["subject", "action", "size", "angle", "movement", "lens_mm", "seconds", "setting", "lighting", "mood", "dialogue", "sound", "references"];
  const INHERITED = ["subject", "setting", "time_of_day", "lighting", "mood", "palette", "style"];
  const rows = () => [...list.querySelectorAll(".shotrow")];
  const read = (row) => JSON.parse(row.querySelector("script.spec-data").textContent);
  const original = JSON.stringify(rows().map(read));
  let here = rows()[0];

  function values(row) {
    const data = read(row);
    for (const name of FIELDS) {
      const field = row.querySelector(`[name=${name}]`);
      if (!field) continue;
      if (name === "references") data[name] = field.value.split(",").map((part) => part.trim()).filter(Boolean);
      else if (name === "lens_mm") data[name] = /^\d+$/.test(field.value.trim()) ? Number(field.value) : field.value;
      else if (name === "seconds") data[name] = Number(field.value) === Number(data[name]) ? data[name] : field.value.trim();
      else data[name] = field.value;
    }
    return data;
  }
  const wanted = () => rows().filter((row) => !row.classList.contains("dropped")).map(values);
  const is_changed = () => JSON.stringify(wanted()) !== original;

  function put(row, data) {
    row.querySelector("script.spec-data").textContent = JSON.stringify(data);
    for (const name of FIELDS) {
      const field = row.querySelector(`[name=${name}]`);
      if (field) field.value = name === "references" ? data[name].join(", ") : data[name] ?? "";
    }
    show(row);
  }
  function show(row) {
    const data = values(row), [action, spec] = row.querySelectorAll(".read p");
    const whole = data.action.toLowerCase().includes(data.subject.toLowerCase()) ? data.action : `${data.subject} ${data.action}`;
    action.textContent = data.action ? whole : "(what happens?)";
    spec.textContent = `${data.size}, ${data.angle}, ${data.movement}, ${data.lens_mm} mm${data.setting ? ` · ${data.setting}` : ""}`;
    row.querySelector(".number b").textContent = data.id ? short(data.id) : "new";
    row.querySelector(".number span").textContent = `${Number(data.seconds).toFixed(1)} s`;
  }
  function blank(after, data) {
    const row = after.cloneNode(true);
    row.dataset.id = "";
    row.classList.add("changed");
    row.classList.remove("dropped", "here");
    row.querySelector(".dialogue")?.remove();
    after.after(row);
    put(row, { size: "medium", angle: "eye level", movement: "static", lens_mm: 35, seconds: "4.00", dialogue: "", sound: "", references: [], action: "", ...data, id: undefined });
    return row;
  }

  function edit(row, open = row.querySelector(".fields").hidden) {
    row.querySelector(".fields").hidden = !open;
    row.querySelector("[data-act=edit]").setAttribute("aria-expanded", String(open));
    if (open) row.querySelector("[name=action]").focus();
  }
  const acts = {
    edit,
    up: (row) => { row.previousElementSibling?.before(row); row.querySelector("[data-act=up]").focus(); },
    down: (row) => { row.nextElementSibling?.after(row); row.querySelector("[data-act=down]").focus(); },
    add: (row) => { const from = values(row); const made = blank(row, Object.fromEntries(INHERITED.map((name) => [name, from[name]]))); edit(made, true); },
    split: (row) => {
      const from = values(row), half = Number(from.seconds) / 2;
      if (half < 1) { toast("Each part of a split shot needs at least one second."); return; }
      const first = Math.round(half * 100) / 100;
      put(row, { ...from, seconds: first.toFixed(2) });
      const made = blank(row, { ...from, seconds: (Number(from.seconds) - first).toFixed(2), dialogue: "" });
      edit(made, true);
    },
    drop: (row) => { if (row.dataset.id) row.classList.toggle("dropped"); else row.remove(); const button = row.querySelector("[data-act=drop]"); button.textContent = row.classList.contains("dropped") ? "Keep" : "Drop"; },
  };

  function remember() {
    for (const row of rows()) { show(row); row.classList.toggle("changed", !row.dataset.id || JSON.stringify(values(row)) !== JSON.stringify(JSON.parse(original).find((one) => one.id === row.dataset.id))); }
    const now = is_changed();
    if (now) keep(KEY, { version, rows: rows().map((row) => ({ ...values(row), id: row.dataset.id || undefined, dropped: row.classList.contains("dropped") })) });
    else forget(KEY);
    for (const [id, hidden] of [["keep", !now], ["approve", now]]) { const button = document.getElementById(id); if (button) button.hidden = hidden; }
    const revert = document.getElementById("revert");
    if (revert) revert.disabled = !now;
    document.getElementById("count").textContent = now ? "Unsaved changes" : about.dataset.waits ? "Waits for approval" : "";
  }

  function restore() {
    const mine = kept(KEY);
    if (!mine || !edits) return;
    if (mine.version !== version) { toast(`Somebody wrote version ${version} since: your changes to version ${mine.version} were left as they are, look at the list first.`); }
    const known = new Map(rows().map((row) => [row.dataset.id, row]));
    let last = null;
    for (const { dropped, ...data } of mine.rows) {
      let row = known.get(data.id);
      if (data.id && !row) continue;
      if (row) { if (last) last.after(row); put(row, { ...read(row), ...data }); } else { row = blank(last || rows()[0], data); }
      row.classList.toggle("dropped", dropped);
      last = row;
    }
    toast("Your changes are still here.");
  }

  async function ask_write() {
    const dialog = document.getElementById("plan"), why = document.getElementById("why");
    const data = () => ({ rows: wanted(), seen: version, note: why.value.trim() });
    const show = priced(dialog, {
      quote: async () => {
        const said = await post("/shotlist/plan", data());
        const changes = said.sentences.map((text) => make("p", { textContent: sentence(text) }));
        return { said, lines: [...changes, ...told(said.consequences)] };
      },
      send: async () => { await post("/shotlist", data()); forget(KEY); location.reload(); },
    });
    dialog.showModal();
    await show();
  }

  const watermark = () => Number(document.body.dataset.watermark);
  const send = () => ask_send({ gone: () => "", refresh: async () => location.reload(), after: async () => leave_for_wall(1200) });
  const approve = () => {
    if (!document.getElementById("approve")) { toast("No version to approve."); return; }
    if (is_changed()) { toast("Write your changes first, or undo them."); return; }
    draft.give("shotlist", { target: about.dataset.take, verdict: "approve", sha256: about.dataset.sha, seen: watermark() });
    send();
  };
  const again = () => {
    if (!edits) return;
    ask_retake("shotlist", "A new breakdown", (reason, note) => { draft.give("shotlist", { target: about.dataset.take, verdict: "retake", reason, note, seen: watermark() }); send(); }, { target: about.dataset.take });
  };

  list.addEventListener("click", (event) => {
    const row = event.target.closest(".shotrow"), act = event.target.closest("[data-act]")?.dataset.act;
    if (!row) return;
    move_to(row, false);
    if (act) { acts[act](row); remember(); }
  });
  list.addEventListener("input", remember);
  function move_to(row, focus = true) {
    if (!row) return;
    for (const one of rows()) one.classList.toggle("here", one === row);
    here = row;
    if (focus) { row.focus(); row.scrollIntoView({ block: "nearest" }); }
  }
  const keys = {
    ArrowDown: () => move_to(here.nextElementSibling), ArrowUp: () => move_to(here.previousElementSibling),
    e: () => edits && edit(here), Enter: () => edits && edit(here), a: approve, r: again, w: () => is_changed() && ask_write(), s: approve, "?": () => document.getElementById("help").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && typing(event.target) && !busy()) { edit(here, false); here.focus(); }
  });
  on_keys(keys);
  on_click({ keep: ask_write, approve, again, revert: () => { forget(KEY); location.reload(); } });
  restore();
  remember();
  // Another version, or a decision on this one: shown at once, unless somebody is changing something.
  heartbeat((pulse) => {
    const other = pulse.shot_list !== version || Boolean(pulse.shot_list_waits) !== Boolean(about.dataset.waits);
    if (other && !busy() && !typing(document.activeElement) && !is_changed()) location.reload();
  });
}
