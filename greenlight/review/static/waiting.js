// A page that has nothing to show yet: it shows what there is as soon as there is something.
import { heartbeat } from "./live.js";

const awaited = document.querySelector("[data-awaits]").dataset.awaits;
heartbeat((pulse) => { if (pulse[awaited]) location.reload(); });
