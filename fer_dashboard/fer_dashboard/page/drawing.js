"use strict";
// What is drawn: bars, boxes, and the last two minutes. Nothing here flashes: the light's colour comes as it leaves the
// flash limiter, and everything else changes as slowly as what it shows.

const LABELS = ["angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"];
const PAINT = ["#c8372d", "#5d8a3a", "#8a5bb5", "#e0a21b", "#8b929a", "#3f78c0", "#2f9fa8"];
const NS = "http://www.w3.org/2000/svg";
const PAST_S = 120;

function svg(name, attributes) {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function hex(rgb) {
  return "#" + rgb.map(one => Math.round(255 * Math.min(1, Math.max(0, one))).toString(16).padStart(2, "0")).join("");
}

function buildBars(body) {
  LABELS.forEach((label, number) => {
    const row = body.insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = label;
    row.append(head);
    const bar = svg("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", height: "14", "aria-hidden": "true" });
    bar.append(svg("rect", { class: "track", width: 100, height: 10 }), svg("rect", { width: 0, height: 10, fill: PAINT[number] }));
    row.insertCell().append(bar);
    const share = row.insertCell();
    share.className = "share";
    share.textContent = "-";
  });
}

function drawBars(body, shares) {
  [...body.rows].forEach((row, number) => {
    row.querySelectorAll("rect")[1].setAttribute("width", shares ? 100 * shares[number] : 0);
    row.cells[2].textContent = shares ? shares[number].toFixed(2) : "-";
  });
}

function drawFaces(picture, faces, size, speaks) {
  const [width, height] = size[0] && size[1] ? size : [640, 480];
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  picture.replaceChildren();
  for (const face of faces) {
    const best = face.probabilities.indexOf(Math.max(...face.probabilities));
    const [x, y, w, h] = face.box;
    picture.append(svg("rect", { x, y, width: w, height: h, stroke: PAINT[best], "stroke-dasharray": face.id === speaks ? "none" : "8 6" }));
    const text = svg("text", { x, y: Math.max(22, y - 6) });
    text.textContent = `${face.id} ${LABELS[best]}`;
    picture.append(text);
  }
  const said = faces.length ? `${faces.length} face${faces.length > 1 ? "s" : ""}: ` + [...picture.querySelectorAll("text")].map(one => one.textContent).join(", ") : "nobody is seen";
  picture.setAttribute("aria-label", said);
}

function drawLamps(list, lamps) {
  const items = lamps.map(lamp => {
    const item = document.createElement("li"), patch = svg("svg", { viewBox: "0 0 1 1", "aria-hidden": "true" });
    patch.append(svg("rect", { width: 1, height: 1 }));
    if (lamp.color) patch.firstChild.style.fill = lamp.color;
    item.className = lamp.lost ? "lost" : "";
    if (lamp.strip.length) {
      patch.setAttribute("viewBox", `0 0 ${lamp.strip.length} 1`);
      patch.setAttribute("preserveAspectRatio", "none");
      patch.setAttribute("class", "strip");
      patch.replaceChildren(...lamp.strip.map((color, x) => {
        const led = svg("rect", { x, width: 1.02, height: 1 });
        led.style.fill = color;
        return led;
      }));
    }
    item.append(patch, lamp.text.includes(lamp.spec) ? lamp.text : `${lamp.spec}: ${lamp.text}`);
    return item;
  });
  if (!items.length) items.push(Object.assign(document.createElement("li"), { textContent: "nothing is known yet" }));
  list.replaceChildren(...items);
}

function drawPast(canvas, past, now) {
  const paper = canvas.getContext("2d"), width = canvas.width, height = canvas.height - 34;
  paper.clearRect(0, 0, canvas.width, canvas.height);
  const place = at => width * (1 - (now - at) / PAST_S);
  for (let i = 0; i < past.length; i++) {
    const from = place(past[i].at), to = i + 1 < past.length ? place(past[i + 1].at) : width;
    if (past[i].rgb) {
      paper.fillStyle = hex(past[i].rgb);
      paper.fillRect(from, height + 8, Math.max(1, to - from + 0.5), 26);
    }
    if (!past[i].shares) continue;
    let top = 0;
    past[i].shares.forEach((share, number) => {
      paper.fillStyle = PAINT[number];
      paper.fillRect(from, height * top, Math.max(1, to - from + 0.5), height * share + 0.5);
      top += share;
    });
  }
}
