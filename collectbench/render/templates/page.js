// The common script of all pages: elements, numbers as text, colours, the theme. Data enters a page only as text nodes.

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") node.className = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
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

// The noun alone: a card shows its number above it.
const nounFor = (count, noun, plural = `${noun}s`) => (count === 1 ? noun : plural);

const pluralize = (count, noun, plural) => `${whole.format(count)} ${nounFor(count, noun, plural)}`;

// Light enough for dark labels in both themes.
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

// What a verdict looks like; the word beside it says the same. The colours are variables of the style.
const VERDICT_CLASSES = {
  pass: "pass",
  reached: "pass",
  fail: "fail",
  error: "fail",
  "not reached": "unclear",
  inconclusive: "unclear",
  incomparable: "unclear",
  unknown: "unclear",
};
const VERDICT_SHORT = { pass: "", fail: "fail", inconclusive: "unclear", incomparable: "not comparable" };
const BAR_COLORS = { fail: "fail", error: "fail", inconclusive: "unclear", incomparable: "unclear" };

// A screen reader gets this sentence instead of the canvas.
const describe = (host, text) => host.setAttribute("aria-label", text);

// Adds figures to the label that the page gives a chart.
function describeFigures(host, figures) {
  host.dataset.name ??= host.getAttribute("aria-label");
  describe(host, `${host.dataset.name}: ${figures}`);
}

// Below it, charts give less room to their texts.
const NARROW = 480;

const cssColor = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function fillLegend(host, kinds) {
  host.replaceChildren();
  for (const kind of kinds) {
    const swatch = element("span", { class: "swatch" });
    swatch.style.background = COLORS[kind];
    host.append(element("span", { class: "key" }, swatch, kind));
  }
}

// ECharts treats a string in a tooltip as HTML, but shows an element as it is.
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

// ECharts caches text widths in a plain object: a module named __proto__ would change the prototype of all objects.
const chartText = (text) => (text in {} ? `${text} ` : text);

// Returns a new chart at the present size of the element, which loses its old chart.
function newChart(host) {
  const old = echarts.getInstanceByDom(host);
  if (old) old.dispose();
  return echarts.init(host, null, { renderer: "canvas" });
}

// Returns a function that tells whether a lower-case text holds all words of a query; null for an empty query.
function matcher(query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length ? (text) => words.every((word) => text.includes(word)) : null;
}

// The width of a sheet of paper between its margins, in CSS pixels: charts do not shrink by themselves.
const PAPER = 660;

function resizeCharts(size) {
  for (const host of document.querySelectorAll("[_echarts_instance_]")) {
    const chart = echarts.getInstanceByDom(host);
    chart.resize(size);
    chart.getZr().flush(); // paper does not wait for the next frame
  }
}

// Follows the system's theme until the user switches it with the body's button `theme`; `draw` redraws all charts.
function connectTheme(draw) {
  const use = (theme) => {
    document.documentElement.dataset.theme = theme;
    byId("theme").textContent = theme === "dark" ? "Light" : "Dark";
  };
  use(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  byId("theme").addEventListener("click", () => {
    use(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    draw();
  });
  // Paper is white.
  let before = null;
  addEventListener("beforeprint", () => {
    before = document.documentElement.dataset.theme;
    use("light");
    if (before !== "light") draw();
    resizeCharts({ width: PAPER });
  });
  addEventListener("afterprint", () => {
    use(before);
    if (before !== "light") draw();
    resizeCharts({});
  });
}

function resizeWithWindow(chartIds) {
  addEventListener("resize", () => {
    for (const id of chartIds) {
      const chart = echarts.getInstanceByDom(byId(id));
      if (chart) chart.resize();
    }
  });
}
