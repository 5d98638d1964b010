// Modules by package, sized by their own time. Users click a package to open it, and the path below to go back.

const SMALL = 0.005; // of the package: smaller modules are combined, because their borders would hide the others

class Treemap {
  constructor(host, imports) {
    this.host = host;
    this.imports = imports;
    this.matches = null;
  }

  draw() {
    this.host.style.height = "540px";
    this.chart = newChart(this.host);
    const border = { borderColor: cssColor("panel"), borderWidth: 1, gapWidth: 1 };
    this.chart.setOption({
      animation: false,
      tooltip: tooltip(({ name, value, treePathInfo }) =>
        tip(name, [
          `${duration(value)}, with all its submodules`,
          `${percent(value, treePathInfo[0].value)} of all imports`,
        ]),
      ),
      series: [
        {
          type: "treemap",
          id: "packages",
          animation: false,
          name: "all imports",
          roam: false,
          leafDepth: 2,
          nodeClick: "zoomToNode",
          top: 0,
          left: 0,
          right: 0,
          bottom: 30,
          drillDownIcon: "",
          visibleMin: 60,
          breadcrumb: {
            bottom: 3,
            itemStyle: {
              color: cssColor("hover"),
              borderColor: cssColor("line"),
              textStyle: { color: cssColor("ink") },
            },
            emphasis: { itemStyle: { color: cssColor("line") } },
          },
          label: {
            color: LABEL_INK,
            fontSize: 12,
            overflow: "truncate",
            formatter: ({ name, data }) => chartText(data.shortName ?? name),
          },
          upperLabel: { show: true, height: 20, color: cssColor("ink"), overflow: "truncate" },
          itemStyle: border,
          levels: [
            { upperLabel: { show: false }, itemStyle: { ...border, borderWidth: 0 } },
            { itemStyle: { ...border, borderWidth: 2 } },
          ],
          data: this.data(),
        },
      ],
    });
  }

  data() {
    const root = { children: new Map(), value: 0 };
    for (const row of this.imports) grow(root, row);
    return this.nodes(root, "");
  }

  nodes(parent, prefix) {
    const nodes = [];
    const small = [];
    const least = parent.value * SMALL;
    for (const [part, node] of parent.children) {
      if (node.value < least) small.push([part, node]);
      else nodes.push(this.node(prefix, part, node));
    }
    if (small.length === 1) nodes.push(this.node(prefix, ...small[0]));
    if (small.length > 1) {
      const value = small.reduce((sum, [, node]) => sum + node.value, 0);
      nodes.push({
        name: pluralize(small.length, "smaller module"),
        value,
        itemStyle: { color: cssColor("mute") },
        label: { color: cssColor("ink") },
      });
    }
    return nodes;
  }

  // `shortName` is the name without its package, which the position shows.
  node(prefix, part, node) {
    const name = prefix + part;
    const names = { name: chartText(name), shortName: part };
    const dim = this.matches !== null && !node.rows.some((row) => this.matches.has(row));
    const itemStyle = { color: COLORS[kindOf(node)], ...(dim && { opacity: 0.18 }) };
    if (!node.children.size) return { ...names, value: node.value, itemStyle };
    const itself = { name: `${name} itself`, shortName: `${part} itself`, value: node.own, itemStyle };
    const children = [...(node.own > 0 ? [itself] : []), ...this.nodes(node, `${name}.`)];
    return { ...names, value: node.value, itemStyle, children };
  }

  search(query) {
    const matches = matcher(query);
    this.matches = matches && new Set(this.imports.filter((row) => matches(row.text)));
    this.chart.setOption({ series: [{ id: "packages", data: this.data() }] });
    return this.matches === null ? "" : pluralize(this.matches.size, "match", "matches");
  }

  next() {} // all matches are visible already

  reset() {
    this.draw();
  }
}

function grow(root, row) {
  const parts = row.module.split(".").slice(0, 12);
  root.value += row.self_s;
  let node = root;
  for (const part of parts) {
    if (!node.children.has(part)) node.children.set(part, { children: new Map(), rows: [], value: 0, own: 0 });
    node = node.children.get(part);
    node.value += row.self_s;
    node.rows.push(row);
  }
  node.own += row.self_s;
}

// Returns the kind that takes most of the time of a package.
function kindOf(node) {
  const seconds = {};
  for (const row of node.rows) seconds[row.origin] = (seconds[row.origin] || 0) + row.self_s;
  return Object.keys(seconds).reduce((best, kind) => (seconds[kind] > seconds[best] ? kind : best));
}
