// Draws the charts of the report page out of their data attributes, in the page's own colours, light or dark.
"use strict";

const COLOURS = ["--link", "--accent-line", "--good", "--danger"];
const drawn = [];

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function dataset(series, place, form) {
  const shade = colour(COLOURS[place % COLOURS.length]);
  const line = form === "line";
  return {
    label: series.name, data: series.values, borderColor: shade, backgroundColor: line ? shade + "22" : shade,
    borderWidth: 2, borderDash: line && place % 2 ? [6, 3] : [], pointRadius: line && series.values.length > 40 ? 0 : 3,
    tension: 0.2, spanGaps: true, maxBarThickness: 28,
  };
}

function options(told, wide) {
  const grid = { color: colour("--line") };
  const ticks = { color: colour("--muted") };
  const whole = told.series.every((series) => series.values.every((value) => value === null || Number.isInteger(value)));
  const numbers = {
    beginAtZero: true, grid, ticks: whole ? { ...ticks, precision: 0 } : ticks, title: { display: Boolean(told.unit), text: told.unit, color: colour("--muted") },
  };
  const names = { grid: { display: false }, ticks: { ...ticks, autoSkip: told.form === "line", callback: named } };
  return {
    animation: false, responsive: true, maintainAspectRatio: false, indexAxis: told.form === "bar" && wide ? "y" : "x",
    locale: "id-ID", interaction: { mode: "index", intersect: false },
    scales: told.form === "bar" && wide ? { x: numbers, y: names } : { x: names, y: numbers },
    plugins: { legend: { display: told.series.length > 1, labels: { color: colour("--text"), boxWidth: 14 } } },
  };
}

function named(value) {
  const name = String(this.getLabelForValue(value));
  return name.length > 34 ? name.slice(0, 33) + "…" : name;
}

function draw(canvas) {
  const told = JSON.parse(canvas.dataset.chart);
  const bars = told.form === "bar";
  if (bars) canvas.parentElement.style.height = `${Math.max(9, told.labels.length * told.series.length * 1.3 + 5)}rem`;
  const datasets = told.series.map((series, place) => dataset(series, place, told.form));
  drawn.push(new Chart(canvas, { type: told.form, data: { labels: told.labels, datasets }, options: options(told, bars) }));
}

function drawAll() {
  while (drawn.length) drawn.pop().destroy();
  document.querySelectorAll("canvas[data-chart]").forEach(draw);
}

drawAll();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
