"use strict";
// One WebSocket: the newest state in, a person's wishes out.

const $ = id => document.getElementById(id);
const bars = $("bars").tBodies[0];
const past = [];
const asked = new Map();
let lamps = "", pictured = null;
let socket = null, number = 0, wait = 500, spoken = 0, drawn = 0, heard = 0;
const SILENT_MS = 5000, OPENING_MS = 15000;
// The server says something every second: who says nothing for so long is gone, though nobody closed the connection.

buildBars(bars);
LABELS.forEach((label, index) => {
  const item = document.createElement("li"), patch = svg("svg", { viewBox: "0 0 1 1", "aria-hidden": "true" });
  patch.append(svg("rect", { width: 1, height: 1, fill: PAINT[index] }));
  item.append(patch, label);
  $("key").append(item);
});

function connect() {
  // Beside the page, whatever path a proxy has put it at.
  const address = new URL("ws", location.href), opened = new WebSocket(address.href.replace(/^http/, "ws"));
  let came = false;
  socket = opened;
  heard = performance.now();
  opened.onopen = () => { if (opened === socket) { came = true; wait = 500; heard = performance.now(); link("live"); } };
  opened.onmessage = event => { if (opened === socket) { heard = performance.now(); take(JSON.parse(event.data)); } };
  opened.onclose = () => { if (opened === socket) lose(came); };
}

function lose(came) {
  socket = null;
  link("the node is gone; trying again", true);
  for (const answerTo of asked.values()) answerTo("no answer: the node is gone");
  asked.clear();
  show({ rgb: null, mode: "", emotion: null, speaks: "", faces: [], size: [0, 0], rate: 0, latency_ms: null, notices: null, lamps: [], camera: false, picture: null });
  setTimeout(connect, wait);
  wait = Math.min(8000, 2 * wait);
  if (!came) why();
}

// Why a socket does not open is told to no script: what becomes of a file tells it.
async function why() {
  let status = 0;
  try { status = (await fetch(new URL("icon.svg", location.href))).status; } catch { return; }
  if (socket && socket.readyState === WebSocket.OPEN) return;
  if (status === 403) link("this page's link does not hold any more: open the one that the node printed last", true);
  else if (status === 200) link("the node is there and takes no further page: close one of its others, or see to it that a proxy on the way keeps the Host and passes WebSockets on", true);
}

setInterval(() => {
  const open = socket && socket.readyState === WebSocket.OPEN;
  if (!socket || performance.now() - heard < (open ? SILENT_MS : OPENING_MS)) return;
  const silent = socket;
  lose(true);
  silent.close();
}, 1000);

function link(text, lost = false) {
  $("link").textContent = text;
  $("link").className = lost ? "lost" : "";
}

function take(message) {
  if (message.state) show(message.state);
  if (message.controls) offer(message.controls);
  if ("answer" in message) answered(message.answer, message.refused);
}

function show(state) {
  const now = performance.now() / 1000;
  $("hex").textContent = state.rgb ? hex(state.rgb) : "no light yet";
  $("mode").textContent = state.mode;
  $("glow").style.color = state.rgb ? hex(state.rgb) : "#0a0b0d";
  drawBars(bars, state.emotion);
  drawFaces($("faces"), state.faces, state.size, state.speaks);
  if (JSON.stringify(state.lamps) !== lamps) { lamps = JSON.stringify(state.lamps); drawLamps($("lamps"), state.lamps); }
  showCamera(state.camera, state.picture);
  const latency = state.latency_ms === null ? "" : `, ${state.latency_ms.toFixed(0)} ms from image to light`;
  $("numbers").textContent = `${state.rate.toFixed(1)} images a second${latency}`;
  if (state.notices) {
    const lines = state.notices.length ? state.notices : ["nothing"];
    $("notices").replaceChildren(...lines.map(line => Object.assign(document.createElement("li"), { textContent: line })));
  }
  if (!past.length || now - past.at(-1).at >= 0.2) {
    past.push({ at: now, rgb: state.rgb, shares: state.emotion });
    while (past.length && now - past[0].at > PAST_S) past.shift();
  }
  if (now - drawn > 0.2) { drawn = now; drawPast($("past"), past, now); }
  if (now - spoken > 5) {
    spoken = now;
    const best = state.emotion ? state.emotion.indexOf(Math.max(...state.emotion)) : -1;
    $("spoken").textContent = best < 0 ? "nobody is seen" : `${LABELS[best]}, ${Math.round(100 * state.emotion[best])} percent`;
  }
}

function showCamera(allowed, picture) {
  const camera = $("camera"), seen = allowed && picture !== null;
  $("watched").hidden = !allowed;
  $("kept").textContent = allowed ? "The camera's picture is shown, not kept." : "No picture is shown or kept by this page.";
  camera.hidden = !seen;
  $("faces").classList.toggle("unseen", seen);
  if (!seen) { camera.removeAttribute("src"); pictured = null; return; }
  // One at a time: a slow page gets newer pictures, not later ones.
  if (picture === pictured || (pictured !== null && !camera.complete)) return;
  pictured = picture;
  camera.src = `camera?${picture}`;
}

function ask(request, answerTo) {
  if (!socket || socket.readyState !== WebSocket.OPEN) { answerTo("not sent: the node is gone"); return; }
  asked.set(++number, answerTo);
  socket.send(JSON.stringify({ id: number, ...request }));
}

function answered(id, refused) {
  const answerTo = asked.get(id);
  asked.delete(id);
  if (answerTo) answerTo(refused);
}

for (const button of document.querySelectorAll("[data-switch]")) {
  button.onclick = () => ask({ switch: button.dataset.switch, value: button.dataset.value === "true" },
    refused => { $("switched").textContent = refused || `${button.textContent}: done`; });
}
$("controls").onsubmit = event => event.preventDefault();

const known = new Map();

function offer(controls) {
  for (const control of controls) {
    const field = document.querySelector(`[data-set="${control.set}"]`) || build(control);
    const isNew = known.get(control.set) !== control.value;
    known.set(control.set, control.value);
    // Not while somebody has moved it, and what was asked for is not answered yet.
    if (isNew && field.querySelector("input, select").value === field.dataset.agreed) write(field, control.value);
  }
  for (const field of document.querySelectorAll("[data-set]")) {
    if (controls.some(control => control.set === field.dataset.set)) continue;
    known.delete(field.dataset.set);
    field.remove();
  }
}

function write(field, value) {
  const input = field.querySelector("input, select");
  if (input.tagName === "SELECT" && ![...input.options].some(one => one.value === value)) input.add(new Option(value, value));
  input.value = value;
  field.dataset.agreed = input.value;
  const shown = field.querySelector("output");
  if (shown) shown.textContent = Number(value).toFixed(2);
}

function build(control) {
  const field = document.createElement("div"), label = document.createElement("label"), wrong = document.createElement("p");
  field.className = "field";
  field.dataset.set = control.set;
  wrong.className = "refused";
  wrong.setAttribute("role", "alert");
  const id = `set-${control.set}`;
  label.htmlFor = id;
  label.append(control.label);
  let input;
  if (control.choices.length) {
    input = document.createElement("select");
    for (const choice of control.choices) input.add(new Option(choice, choice));
  } else {
    input = document.createElement("input");
    input.type = "range";
    Object.assign(input, { min: control.low, max: control.high, step: (control.high - control.low) / 100 });
    const shown = document.createElement("output");
    shown.htmlFor = id;
    label.append(shown);
    input.oninput = () => { shown.textContent = Number(input.value).toFixed(2); };
  }
  input.id = id;
  field.dataset.agreed = input.value;
  input.onchange = () => {
    const wanted = input.value;
    ask({ set: control.set, value: control.kind === "number" ? Number(wanted) : wanted }, refused => {
      wrong.textContent = refused;
      if (!refused) field.dataset.agreed = wanted;
      else if (input.value === wanted && known.has(control.set)) write(field, known.get(control.set));
    });
  };
  field.append(label, input, wrong);
  $("controls").append(field);
  return field;
}

connect();
