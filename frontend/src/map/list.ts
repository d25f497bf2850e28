import { t } from "../language.ts";
import type { OverlayName, Overlays } from "./overlays.ts";
import { SELECTABLE } from "./overlays.ts";

const TITLES: Record<OverlayName, [string, string]> = {
  incidents: ["警情", "Incidents"], units: ["警力", "Units"], posts: ["岗位", "Posts"],
  areas: ["警格", "Beats"], coverage: ["覆盖", "Coverage"], zones: ["巡区", "patrol zones"], speeds: ["车速", "Speeds"], closures: ["封闭", "Closures"], routes: ["路线", "Routes"],
};

const STATES: Record<string, [string, string]> = {
  free: ["空闲", "free"], sent: ["已派", "sent"], signed: ["已签收", "signed"], en_route: ["途中", "under way"],
  on_scene: ["到场", "on scene"], busy: ["忙", "busy"], off: ["离线", "off duty"], danger: ["求助", "needs help"],
};

function stateOf(properties: GeoJSON.GeoJsonProperties): unknown {
  const own = STATES[String(properties?.["status"])];
  return properties?.["state_text"] ?? (own ? t(...own) : properties?.["status"]);
}

/** The map in words: every incident, unit and post as a button, for keyboards and screen readers. */
export class MapList {
  readonly panel = document.createElement("div");
  readonly toggle = document.createElement("button");
  readonly #overlays: Overlays;
  readonly #choose: (name: OverlayName, id: string) => void;

  constructor(overlays: Overlays, choose: (name: OverlayName, id: string) => void) {
    this.#overlays = overlays;
    this.#choose = choose;
    this.panel.className = "map-list";
    this.panel.hidden = true;
    this.panel.setAttribute("role", "region");
    this.panel.setAttribute("aria-label", t("地图内容列表", "What is on the map"));
    this.toggle.type = "button";
    this.toggle.className = "btn btn-sm map-list-toggle";
    this.toggle.addEventListener("click", () => this.#flip());
    this.#label();
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#flip();
    });
  }

  #label(): void {
    this.toggle.textContent = this.panel.hidden ? t("列表", "List") : "✕";
    this.toggle.setAttribute("aria-expanded", String(!this.panel.hidden));
    this.toggle.setAttribute("aria-label", this.panel.hidden ? t("以列表显示地图内容", "Show what is on the map as a list") : t("关闭列表", "Close the list"));
  }

  #flip(): void {
    this.panel.hidden = !this.panel.hidden;
    this.#label();
    this.refresh();
    (this.panel.hidden ? this.toggle : (this.panel.querySelector<HTMLElement>("button") ?? this.toggle)).focus();
  }

  refresh(): void {
    if (this.panel.hidden) return;
    const focused = (document.activeElement as HTMLElement | null)?.dataset["of"];
    this.panel.replaceChildren(...SELECTABLE.flatMap((name) => this.#section(name)));
    if (focused) this.panel.querySelector<HTMLElement>(`[data-of="${CSS.escape(focused)}"]`)?.focus();
  }

  #section(name: OverlayName): Node[] {
    const all = this.#overlays.all(name);
    if (all.length === 0) return [];
    const heading = document.createElement("h2");
    heading.textContent = `${t(...TITLES[name])} ${all.length}`;
    const list = document.createElement("ul");
    list.className = "list";
    list.append(...all.map(([id, feature]) => this.#item(name, id, feature)));
    return [heading, list];
  }

  #item(name: OverlayName, id: string, { properties }: GeoJSON.Feature): HTMLLIElement {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "list-item";
    button.dataset["of"] = `${name}/${id}`;
    const title = String(properties?.["number"] ?? properties?.["label"] ?? properties?.["name"] ?? id);
    const stale = name === "units" && this.#overlays.isStale(properties, id) ? t("位置过期", "stale position") : "";
    const about = [properties?.["title"], stateOf(properties), stale];
    const strong = document.createElement("strong");
    strong.textContent = title;
    const rest = document.createElement("span");
    rest.className = "soft";
    rest.textContent = about.filter(Boolean).join(" · ");
    button.append(strong, rest);
    button.setAttribute("aria-current", String(this.#overlays.selected === `${name}/${id}`));
    if (this.#overlays.selected !== `${name}/${id}`) button.removeAttribute("aria-current");
    button.addEventListener("click", () => this.#choose(name, id));
    item.append(button);
    return item;
  }
}
