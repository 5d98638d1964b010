// Frames over time, each below its caller. A frame is {name, label?, kind, begin, end, depth, lines, text}:
// `label` is a shorter name, `lines` are for the tooltip, `text` is for the search.
// With a kind as `home`, the chart opens where the frames of this kind are.
// Users zoom with a click or with Ctrl and the wheel, and move by dragging.

const ROW = 18;
const TOP = 24; // the axis
const BOTTOM = 30; // the slider
const MOST_ROWS = 200; // a canvas higher than about 4,000 pixels is slow

class Flame {
  constructor(host, frames, home = null) {
    this.host = host;
    this.home = home;
    this.frames = frames.filter((frame) => frame.depth < MOST_ROWS);
    this.hiddenFrames = frames.length - this.frames.length;
    this.begin = 0;
    this.end = Math.max(...this.frames.map((frame) => frame.end), 0.001);
    this.matches = null;
  }

  draw() {
    const rows = Math.max(...this.frames.map((frame) => frame.depth), 0) + 1;
    this.host.style.height = `${rows * ROW + TOP + BOTTOM}px`;
    this.chart = newChart(this.host);
    this.chart.setOption({
      animation: false,
      grid: { left: 8, right: 8, top: TOP, bottom: BOTTOM },
      tooltip: tooltip(({ value }) => tip(this.frames[value[3]].name, this.frames[value[3]].lines)),
      xAxis: {
        type: "value",
        position: "top",
        min: this.begin,
        max: this.end,
        ...axisColors(),
        axisLabel: secondsLabel(this.end),
      },
      yAxis: { type: "value", inverse: true, min: 0, max: rows, show: false },
      dataZoom: [
        { type: "inside", filterMode: "weakFilter", minSpan: 0.001, zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false },
        {
          type: "slider",
          filterMode: "weakFilter",
          height: 14,
          bottom: 8,
          showDetail: false,
          brushSelect: false,
          ...sliderColors(),
        },
      ],
      series: [this.series()],
    });
    this.chart.on("click", ({ value }) => this.zoom(this.frames[value[3]]));
    this.open(this.frames.filter((frame) => frame.kind === this.home));
  }

  // Shows the frames from the first to the last one, with the highest of the large ones near the top.
  open(frames) {
    if (!frames.length) return;
    const begin = Math.min(...frames.map((frame) => frame.begin));
    const end = Math.max(...frames.map((frame) => frame.end));
    const largest = Math.max(...frames.map((frame) => frame.end - frame.begin));
    const depths = frames.filter((frame) => frame.end - frame.begin >= largest / 10).map((frame) => frame.depth);
    this.zoom({ begin, end });
    this.host.parentElement.scrollTop = Math.max(0, Math.min(...depths) - 2) * ROW;
  }

  series() {
    return {
      type: "custom",
      id: "frames",
      encode: { x: [0, 1], y: 2 },
      data: this.frames.map((frame, index) => [frame.begin, frame.end, frame.depth, index]),
      renderItem: (params, api) => this.rectangle(params, api),
    };
  }

  rectangle(params, api) {
    const frame = this.frames[api.value(3)];
    const [left, top] = api.coord([frame.begin, frame.depth]);
    const width = api.coord([frame.end, frame.depth])[0] - left;
    const whole = { x: left, y: top, width: Math.max(width - 0.5, 0.5), height: ROW - 1 };
    const shape = echarts.graphic.clipRectByRect(whole, params.coordSys);
    if (width < 0.3 || !shape) return undefined;
    const dim = this.matches !== null && !this.matches.has(frame);
    const labelled = shape.width > 26;
    return {
      type: "rect",
      shape,
      style: { fill: COLORS[frame.kind], opacity: dim ? 0.18 : 1 },
      emphasis: { style: { stroke: cssColor("ink"), lineWidth: 1 } },
      textContent: labelled ? { style: this.label(frame, shape.width, dim) } : undefined,
      textConfig: { position: "insideLeft", distance: 4 },
    };
  }

  label(frame, width, dim) {
    const fill = dim ? cssColor("quiet") : LABEL_INK;
    const text = chartText(frame.label ?? frame.name);
    return { text, fill, fontSize: 11, width: width - 8, overflow: "truncate", ellipsis: "…" };
  }

  zoom({ begin, end }) {
    this.chart.dispatchAction({ type: "dataZoom", dataZoomIndex: 0, startValue: begin, endValue: end });
  }

  reset() {
    this.chart.dispatchAction({ type: "dataZoom", dataZoomIndex: 0, start: 0, end: 100 });
    this.host.parentElement.scrollTop = 0;
  }

  // Returns the number of matches as text, empty without a query.
  search(query) {
    const matches = matcher(query);
    this.matches = matches && new Set(this.frames.filter((frame) => matches(frame.text)));
    this.upcoming = null;
    this.chart.setOption({ series: [this.series()] });
    return this.matches === null ? "" : pluralize(this.matches.size, "match", "matches");
  }

  next() {
    if (!this.matches || !this.matches.size) return;
    this.upcoming = this.upcoming && this.upcoming.length ? this.upcoming : [...this.matches];
    const frame = this.upcoming.shift();
    this.zoom(frame);
    this.host.parentElement.scrollTop = frame.depth * ROW - 200;
  }
}

const sliderColors = () => ({
  borderColor: cssColor("line"),
  fillerColor: cssColor("hover"),
  handleStyle: { color: cssColor("panel"), borderColor: cssColor("quiet") },
  moveHandleStyle: { opacity: 0 },
});

// Returns the intervals in order, each with its depth inside the others.
function nest(intervals) {
  const open = [];
  const ordered = [...intervals].sort((a, b) => a.begin - b.begin || b.end - a.end);
  for (const interval of ordered) {
    while (open.length && open.at(-1).end <= interval.begin) open.pop();
    interval.depth = open.length;
    open.push(interval);
  }
  return ordered;
}
