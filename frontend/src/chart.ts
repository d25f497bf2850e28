// Pages with charts load this beside page.js.
import { BarChart, HeatmapChart, LineChart, SankeyChart, ScatterChart } from "echarts/charts";
import { DatasetComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { t } from "./language.ts";
import { token } from "./theme.ts";

echarts.use([
  BarChart, CanvasRenderer, DatasetComponent, GridComponent, HeatmapChart, LegendComponent, LineChart, MarkLineComponent,
  SankeyChart, ScatterChart, TooltipComponent, VisualMapComponent,
]);

type Option = echarts.EChartsCoreOption;

function shaped(series: unknown): unknown {
  const looks: Record<string, object> = {
    bar: { barMaxWidth: 22, itemStyle: { borderRadius: [2, 2, 0, 0] } },
    line: { symbolSize: 5, lineStyle: { width: 2 } },
    heatmap: { itemStyle: { borderColor: token("--surface"), borderWidth: 1 } },
    sankey: { left: 4, right: 110, top: 12, bottom: 12, nodeGap: 14, nodeWidth: 14, draggable: false, itemStyle: { color: token("--accent-solid") }, label: { color: token("--ink"), fontSize: 12 }, lineStyle: { color: token("--accent-solid"), opacity: 0.22 } },
  };
  const band = { color: token("--accent-solid") };
  const one = (given: { type?: string; stack?: string }): object => ({ ...looks[given.type ?? ""], ...(given.stack === "band" ? band : {}), ...given });
  return Array.isArray(series) ? series.map(one) : series ? one(series) : undefined;
}

/** The house's look under whatever the page asks for. Tooltips are drawn, not HTML: inline styles are refused. */
function dressed(option: Option): Option {
  const axis = {
    axisLine: { lineStyle: { color: token("--line-strong") } }, axisTick: { show: false },
    axisLabel: { color: token("--ink-2"), fontSize: 12 }, splitLine: { lineStyle: { color: token("--line") } },
    nameTextStyle: { color: token("--ink-3") },
  };
  const both = (given: unknown): unknown => (Array.isArray(given) ? given.map((one) => ({ ...axis, ...one })) : given ? { ...axis, ...given } : undefined);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  return {
    color: ["--accent-solid", "--good-solid", "--busy-solid", "--soon-solid", "--line-strong"].map(token),
    textStyle: { fontFamily: token("--font"), color: token("--ink") },
    animation: !still, animationDuration: 250,
    grid: { left: 8, right: 12, top: option["legend"] ? 40 : 20, bottom: 8, containLabel: true },
    ...option,
    tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: token("--raised"), borderColor: token("--line"), textStyle: { color: token("--ink"), fontSize: 12 }, ...(option["tooltip"] as object | undefined) },
    ...(option["legend"] ? { legend: { textStyle: { color: token("--ink-2") }, icon: "roundRect", itemHeight: 8, itemWidth: 14, left: 0, top: 0, bottom: "auto", ...(option["legend"] as object) } } : {}),
    ...(option["visualMap"] ? { visualMap: { inRange: { color: [token("--sunken"), token("--accent-solid")] }, ...(option["visualMap"] as object) } } : {}),
    xAxis: both(option["xAxis"]), yAxis: both(option["yAxis"]),
    series: shaped(option["series"]),
  };
}

/** `<wr-chart label="…">` with the option in a JSON script tag, or `data-src`; the table beside it comes from the server. */
export class WrChart extends HTMLElement {
  #chart: echarts.ECharts | null = null;
  #option: Option | null = null;
  #watch: ResizeObserver | null = null;

  connectedCallback(): void {
    document.addEventListener("wr:theme", this.#draw);
    void this.#load();
  }

  disconnectedCallback(): void {
    document.removeEventListener("wr:theme", this.#draw);
    this.#watch?.disconnect();
    this.#chart?.dispose();
    this.#chart = null;
  }

  set option(option: Option) {
    this.#option = option;
    this.#draw();
  }

  async #load(): Promise<void> {
    const inline = this.querySelector('script[type="application/json"]')?.textContent;
    try {
      const source = this.dataset["src"];
      if (inline) this.option = JSON.parse(inline) as Option;
      else if (source) this.option = (await (await fetch(source)).json()) as Option;
    } catch {
      const canvas = this.querySelector(".chart-canvas");
      if (canvas) canvas.textContent = t("图表没有取到数据，请刷新；下面的数据表不受影响。", "The chart could not get its figures. Reload the page; the table below is not affected.");
    }
  }

  #draw = (): void => {
    const canvas = this.querySelector<HTMLElement>(".chart-canvas");
    if (!canvas || !this.#option) return;
    if (!this.#chart) {
      this.#chart = echarts.init(canvas);
      this.#watch = new ResizeObserver(() => this.#chart?.resize());
      this.#watch.observe(canvas);
    }
    this.#chart.setOption(dressed(this.#option), { notMerge: true });
    this.dataset["ready"] = "1";
  };
}

if (!customElements.get("wr-chart")) customElements.define("wr-chart", WrChart);
