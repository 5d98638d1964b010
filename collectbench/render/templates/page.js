// What all parts of the page share: elements, numbers as text, colours. Data reaches the page as text nodes alone.

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const byId = (id) => document.getElementById(id);

const number = (decimals) =>
  new Intl.NumberFormat("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
const whole = number(0);
const tenths = number(1);
const hundredths = number(2);
const thousandths = number(3);

const milliseconds = (seconds) => tenths.format(seconds * 1000);

function duration(seconds) {
  if (seconds < 0.9995) return `${tenths.format(seconds * 1000)} ms`;
  return `${(seconds < 9.9995 ? thousandths : hundredths).format(seconds)} s`;
}

const percent = (part, total) => (total > 0 ? `${tenths.format((100 * part) / total)} %` : "–");

const mebibytes = (bytes) => tenths.format(bytes / 1048576);

const counted = (count, noun) => `${whole.format(count)} ${noun}${count === 1 ? "" : "s"}`;

// Light enough for dark letters upon them, in both themes.
const COLORS = {
  stdlib: "#9fb3c8",
  "third-party": "#efa55a",
  "first-party": "#74a9e6",
  test: "#7cc48d",
  conftest: "#c29ae0",
  plugin: "#ec8aa4",
  collector: "#d8c769",
};
const LABEL_INK = "#16191d";

const cssColor = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function fillLegend(host, kinds) {
  host.replaceChildren();
  for (const kind of kinds) {
    const swatch = element("span", { class: "swatch" });
    swatch.style.background = COLORS[kind];
    host.append(element("span", { class: "key" }, swatch, kind));
  }
}

// ECharts puts strings into its tooltips as HTML, but takes an element as it is.
function tip(title, lines) {
  return element("div", { class: "tip" }, element("b", {}, title), ...lines.map((line) => element("div", {}, line)));
}

const tooltip = (formatter, extra = {}) => ({
  formatter,
  appendTo: document.body,
  confine: true,
  transitionDuration: 0,
  backgroundColor: cssColor("panel"),
  borderColor: cssColor("line"),
  textStyle: { color: cssColor("ink"), fontSize: 12.5 },
  ...extra,
});

const axisColors = () => ({
  axisLabel: { color: cssColor("quiet") },
  axisLine: { lineStyle: { color: cssColor("line") } },
  splitLine: { lineStyle: { color: cssColor("line"), opacity: 0.6 } },
});

// ECharts keeps the widths of texts in a plain object: a module named __proto__ would change what all objects inherit.
const drawn = (text) => (text in {} ? `${text} ` : text);

// A chart in place of the one that the element held, at the element's present size.
function newChart(host) {
  const old = echarts.getInstanceByDom(host);
  if (old) old.dispose();
  return echarts.init(host, null, { renderer: "canvas" });
}

// Whether a text holds all words of a query, whatever their case.
function matcher(query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length ? (text) => words.every((word) => text.includes(word)) : null;
}
