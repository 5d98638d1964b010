// Bars for parts that add up to a whole: each begins at the end of the one before.
// A part is {name, seconds, waited_s?, kind?}; a kind gives it the colour of that kind. The end of a bar in which the
// main thread waited has the colour of waiting.

const MOST_BARS = 22;

function waterfallParts(parts) {
  const total = parts.reduce((sum, part) => sum + part.seconds, 0);
  if (parts.length <= MOST_BARS) return { parts, total };
  const floor = parts.map((part) => part.seconds).sort((a, b) => b - a)[MOST_BARS - 2];
  const large = parts.filter((part) => part.seconds > floor);
  const rest = parts.filter((part) => part.seconds <= floor);
  const sum = (key) => rest.reduce((all, part) => all + (part[key] || 0), 0);
  const others = { name: pluralize(rest.length, "smaller part"), seconds: sum("seconds"), waited_s: sum("waited_s") };
  return { parts: [...large, others], total };
}

// The seconds of waiting in a part that are worth showing.
function shownWait({ waited_s: waited, seconds }) {
  return waited >= Math.max(0.005, 0.05 * seconds) ? Math.min(waited, seconds) : 0;
}

function partColor({ name, kind }) {
  if (name === "unaccounted") return cssColor("mute");
  if (name === "waiting" || name === "queueing") return cssColor(name === "waiting" ? "cold" : "strip");
  return kind ? COLORS[kind] : cssColor("accent");
}

function drawWaterfall(host, allParts) {
  const { parts, total } = waterfallParts(allParts);
  host.style.height = `${44 + 23 * parts.length}px`;
  let begin = 0;
  const offsets = parts.map((part) => {
    const here = begin;
    begin += part.seconds;
    return here;
  });
  describeFigures(host, parts.map((part) => `${part.name} ${duration(part.seconds)}`).join(", "));
  const narrow = host.clientWidth < NARROW;
  const [left, right, fontSize] = narrow ? [118, 112, 11] : [150, 112, 12];
  const splitNumber = narrow ? 1 : 4;
  newChart(host).setOption({
    animation: false,
    grid: { left, right, top: 4, bottom: 24 },
    tooltip: tooltip(({ dataIndex }) => {
      const part = parts[dataIndex];
      const end = offsets[dataIndex] + part.seconds;
      return tip(part.name, [
        `${duration(part.seconds)}, ${percent(part.seconds, total)}`,
        ...(shownWait(part) ? [`waiting: ${duration(part.waited_s)}`] : []),
        `from ${duration(offsets[dataIndex])} to ${duration(end)} of ${duration(total)}`,
      ]);
    }),
    xAxis: { type: "value", max: total || 1, splitNumber, ...axisColors(), axisLabel: secondsLabel(total) },
    yAxis: {
      type: "category",
      inverse: true,
      data: parts.map((part) => chartText(part.name)),
      ...axisColors(),
      axisTick: { show: false },
      axisLabel: { color: cssColor("ink"), width: left - 12, overflow: "truncate", fontSize },
    },
    series: [
      { type: "bar", stack: "whole", silent: true, itemStyle: { color: "transparent" }, data: offsets },
      {
        type: "bar",
        stack: "whole",
        barWidth: 15,
        barMinHeight: 1,
        data: parts.map((part) => ({ value: part.seconds - shownWait(part), itemStyle: { color: partColor(part) } })),
      },
      {
        type: "bar",
        stack: "whole",
        barWidth: 15,
        itemStyle: { color: cssColor("cold") },
        data: parts.map(shownWait),
        label: {
          show: true,
          position: "right",
          color: cssColor("ink"),
          fontSize,
          formatter: ({ dataIndex }) =>
            `${duration(parts[dataIndex].seconds)}  ${percent(parts[dataIndex].seconds, total)}`,
        },
      },
    ],
  });
}

// If the end of an axis is not a round number, its label would touch the one before.
const secondsLabel = (total) => ({
  color: cssColor("quiet"),
  showMaxLabel: false,
  hideOverlap: true,
  formatter: (value) => (total < 1 ? `${whole.format(value * 1000)} ms` : `${+value.toFixed(3)} s`),
});
