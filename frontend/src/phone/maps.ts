import type { WrMap } from "../map/wr-map.ts";

const maps = (): NodeListOf<WrMap> => document.querySelectorAll<WrMap>("article[data-lon] wr-map");

/** A map in a card shows where the card is, and follows roads as they are closed and opened. */
export async function setUpMaps(): Promise<void> {
  if (maps().length === 0) return;
  await customElements.whenDefined("wr-map");
  for (const map of maps()) pin(map);
  document.addEventListener("wr:entry", (told) => {
    const { event = "" } = (told as CustomEvent<{ event?: string }>).detail ?? {};
    if (event.includes(".road.")) for (const map of maps()) void map.refresh("closures");
  });
}

function pin(map: WrMap): void {
  const card = map.closest<HTMLElement>("article[data-lon]");
  const geometry = { type: "Point" as const, coordinates: [Number(card?.dataset["lon"]), Number(card?.dataset["lat"])] };
  const properties = { id: 0, name: card?.querySelector(".phone-title")?.textContent ?? "" };
  map.setLayer("posts", { type: "FeatureCollection", features: [{ type: "Feature", id: 0, geometry, properties }] });
}
