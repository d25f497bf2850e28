"""Writes the figures of the last runs into benchmarks/README.md: `python benchmarks/_figures.py`.

Everything between the two marks comes from results/*.json; nothing there is typed by hand.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
README = HERE / "README.md"
BEGIN, END = "<!-- figures: written by _figures.py -->", "<!-- end of figures -->"
Row = dict[str, Any]


def main() -> None:
    """Replace what stands between the marks."""
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    text = "\n".join(_all())
    README.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", encoding="utf-8")


def _all() -> Iterator[str]:
    for name, lines in SHOWN.items():
        path = HERE / "results" / f"{name}.json"
        if path.exists():
            result = json.loads(path.read_text(encoding="utf-8"))
            yield f"### {name}\n"
            yield _where(result.get("about", result))
            yield from lines(result)
            yield ""


def _where(about: Row) -> str:
    names = ("machine", "cores", "load", "load_at_end", "python", "measured", "units")
    return (
        ", ".join(
            f"{n.replace('_', ' ')} {about[n]}"
            for n in names
            if isinstance(about.get(n), str | int | float)
        )
        + "\n"
    )


def _table(head: str, *columns: str) -> str:
    return f"| {' | '.join((head, *columns))} |\n|---|{'--:|' * len(columns)}"


def _times(name: str, row: Row, *more: object) -> str:
    told = (row["p50_ms"], row["p99_ms"], row.get("p50_cpu_ms", ""), *more)
    return f"| {name} | {' | '.join(str(value) for value in told)} |"


def _worklist(r: Row) -> Iterator[str]:
    first, last = r["sizes"][0], r["sizes"][-1]
    yield (f"{r['open']} open matters; {first['matters']:,}, then {last['matters']:,} that are "
           f"over ({last['database_mb']:,} MB).\n")  # fmt: skip
    yield _table("", "p50 ms, few", "p50 ms, many", "p99 ms, many", "CPU ms, few", "CPU ms, many",
                 "queries")  # fmt: skip
    for part in ("pages", "deep"):
        for name, b in last[part].items():
            a = first[part][name]
            yield (f"| {name} | {a['p50_ms']} | {b['p50_ms']} | {b['p99_ms']} | {a['p50_cpu_ms']} "
                   f"| {b['p50_cpu_ms']} | {b.get('queries', '')} |")  # fmt: skip
    yield (f"\nHalf-way through all incidents Django's Paginator takes "
           f"**{r['paginator_against_ours']} x** ours.")  # fmt: skip


def _screens(r: Row) -> Iterator[str]:
    load, ratio = r["load"], r["polling_against_stream"]
    yield f"{load['screens']} screens for {load['seconds']} s.\n"
    yield _table("commit to client", "p50 ms", "p99 ms", "missed", "doubled", "CPU", "entries/s",
                 "positions/s")  # fmt: skip
    for name in ("stream", "polling"):
        row, t = r[name], r[name]["commit_to_client"]
        yield (f"| {name} | {t['p50_ms']} | {t['p99_ms']} | {row['missed']} | {row['doubled']} | "
               f"{row['cpu']} | {row['entries_per_second']} | "
               f"{row['positions_per_second']} |")  # fmt: skip
    yield (f"\nPolling: **{ratio['latency_p50']} x** the latency, **{ratio['cpu']} x** the CPU of "
           "the stream (without taking the positions in).")  # fmt: skip


def _intake(r: Row) -> Iterator[str]:
    peer = r["peer"]
    yield (f"{r['units']} units, {r['positions_per_second']} positions/s coming in, {r['calls']} "
           f"calls, server CPU {r['server_cpu']}.\n")  # fmt: skip
    yield _table("", "p50 ms", "p99 ms", "CPU ms")
    for name in ("take_call", "ranked_list", "call_to_ranked_list", "one_position"):
        yield _times(f"over HTTP: {name.replace('_', ' ')}", r[name])
    yield _times("in process: by road, with coverage and reasons", peer["ours_in_process"])
    yield _times("in process: straight lines in plain Python", peer["straight_lines"])
    yield (f"\nOurs takes **{peer['cpu_of_ours']} x** the CPU of straight lines; they send another "
           f"unit than the quickest for {peer['another_unit_than_the_quickest']} calls, "
           f"{peer['mean_seconds_lost']} s later on average, {peer['most_seconds_lost']} s at "
           "most.")  # fmt: skip


def _desks(r: Row) -> Iterator[str]:
    yield (f"{r['together']['acts']:,} acts, {r['share_of_whole_run']:.1%} of the whole run; none "
           "broke, every promise held.\n")  # fmt: skip
    yield _table("", "p50 ms", "p99 ms", "CPU ms", "acts/s")
    for name, row in (("one desk alone", r["alone"]), (f"{r['desks']} desks", r["together"])):
        cpu = round(row["cpu_seconds"] * 1e3 / row["acts"], 1)
        yield _times(name, {**row["one_act"], "p50_cpu_ms": cpu}, row["acts_per_second"])
    yield f"\n**{r['against_alone']} x** the acts a second of one desk."


def _replay(r: Row) -> Iterator[str]:
    left = ", ".join(f"{count} {kind}" for kind, count in r["left_out"].items())
    yield (f"{r['rows']:,} rows = {r['played']:,} played + {r['rows'] - r['played']} left out "
           f"({left}); {r['calls']:,} calls, {r['units']} units; {r['seconds']} s, CPU "
           f"{r['cpu_seconds']} s, {r['cpu_ms_a_row']} ms a row.\n")  # fmt: skip
    yield _table("seconds, on the indicator page and by pandas", "count", "P50", "P90", "P95")
    for name, row in r["percentiles"].items():
        told = (f"{row['count']:,}", *(f"{row[p]:,.1f}" for p in ("p50", "p90", "p95")))
        yield f"| {name.partition('.')[2].replace('_', ' ')} | {' | '.join(told)} |"
    yield "\nEvery figure of the page is the dataframe's own, unrounded."


def _acts(r: Row) -> Iterator[str]:
    yield _table("act", "queries", "CPU ms", "plain Django, queries", "CPU ms", "ratio")
    for name, row in r["rows"].items():
        peer = row.get("peer", {})
        told = (row["queries"], row["cpu_ms"], peer.get("queries", ""), peer.get("cpu_ms", ""),
                row.get("ratio", ""))  # fmt: skip
        yield f"| {name} | {' | '.join(str(value) for value in told)} |"


def _roads(r: Row) -> Iterator[str]:
    yield _table("question (CPU ms, p50)", "Watchroom", "peers")
    for row in r["rows"]:
        ours, *peers = row["times"].items()
        told = [
            f"{who}: MISSING"
            if "missing" in t
            else f"{who}: {t['p50'] * 1e3:,.2f} ({t['p50'] / ours[1]['p50']:,.1f} x)"
            for who, t in peers
        ]
        yield f"| {row['question']} | {ours[1]['p50'] * 1e3:,.2f} | {'; '.join(told)} |"


def _siting(r: Row) -> Iterator[str]:
    pmed = r["about"].get("pmed")
    if pmed:
        yield (f"pmed1-20: {pmed['proven']} of {pmed['graphs']} proven in {pmed['cpu']:.1f} s CPU "
               "together.\n")  # fmt: skip
    yield _table("question", "CPU s", "gap", "peers")
    for row in r["rows"]:
        ours = row["ours"]
        gap = "proven" if ours["proven"] else f"{ours['gap']:.2%}"
        told = [f"{who}: {_against(t)}" for who, t in row["peers"].items()]
        yield f"| {row['question']} | {ours['cpu']:.2f} | {gap} | {'; '.join(told)} |"


def _against(peer: Row) -> str:
    if "missing" in peer:
        return "MISSING"
    if "cpu" in peer:
        return f"{peer['cpu']:,.1f} s ({peer['ratio']:,.0f} x)"
    ratio = f" (more than {peer['ratio_at_least']:,.0f} x)" if "ratio_at_least" in peer else ""
    return f"not finished in {peer['not_finished_in']:,} s{ratio}"


def _simulation(r: Row) -> Iterator[str]:
    yield _table("the same calls, the same answers", "calls a core-second", "ours is quicker")
    for row in r["peers"]:
        ratio = f"{row['ours_is_faster']:.0f} x" if "ours_is_faster" in row else ""
        yield f"| {row['who']} | {row['calls_a_second']:,.0f} | {ratio} |"
    for row in (r["simple"], r["everything"]):
        yield (f"\n{row['model']}, {row['calls']:,} calls drawn and played: "
               f"**{row['draw_and_play_calls_a_second']:,.0f}** a core-second; whole runs of "
               f"{row['replications']} replications with the scenario laid out and all figures: "
               f"{row['whole_run_calls_a_second']:,.0f}.")  # fmt: skip


def _sweep(r: Row) -> Iterator[str]:
    wall = ", ".join(f"{who} {took:.0f} s" for who, took in r["wall_seconds"].items())
    yield (f"{r['scenarios']} scenarios x {r['replications']} replications ({r['calls']:,} calls), "
           f"equal everywhere; wall: {wall}.")  # fmt: skip


def _city_posts(r: Row) -> Iterator[str]:
    yield (f"{r['posts']} posts, planned on {r['calls_seen']:,} urgent calls of {r['weeks_seen']} "
           f"weeks, played on {r['calls_played']:,} of {r['weeks_played']} later ones; 95 % "
           f"intervals over weeks; {r['about']['cpu_seconds']:.0f} s CPU.\n")  # fmt: skip
    columns = {"within_60": "within 1 min", "within_180": "3 min", "within_300": "5 min"}
    yield _table("posts", *columns.values(), "mean, s", "p90, s", "units busy")
    for name, row in r["plans"].items():
        shares = [_share(row[figure]) for figure in (*columns, "workload")]
        seconds = [f"{row[figure]['mean']:,.0f}" for figure in ("response", "response_p90")]
        yield f"| {name} | {' | '.join((*shares[:3], *seconds, shares[3]))} |"


def _share(told: Row) -> str:
    return f"{told['mean']:.1%} ({told['low']:.1%} to {told['high']:.1%})"


def _replayed(r: Row) -> Iterator[str]:
    yield _table("modelled journey, s", "mean", "p90", "against what was sent", "same station")
    for city, told in r.items():
        for rule, row in told["rules"].items():
            apart = (f"{row['difference_s']:+.1f} ({row['difference_low_s']:+.1f} to "
                     f"{row['difference_high_s']:+.1f})")  # fmt: skip
            yield (f"| {city}: {rule} | {row['mean_s']:.0f} | {row['p90_s']:.0f} | {apart} | "
                   f"{row['same_station_as_sent']:.1%} |")  # fmt: skip
    for city, told in r.items():
        yield f"\n{city}: {' '.join(told['said'])}"


def _fraud(r: Row) -> Iterator[str]:
    yield (f"{r['sent']:,} sent, {r['warnings']:,} different, {r['windows']:,} windows known "
           f"beforehand and found exactly by each way; {r['rules']} rules.\n")  # fmt: skip
    yield _table("warnings taken in", "a second", "CPU us each", "p50 ms", "p99 ms")
    for name, title in {
        "ours": "ours, batches of 20,000, durable, graded",
        "bulk_create": "bulk_create and a dict, not graded",
        "flink": "Flink SQL, graded, nothing kept",
        "singly": f"ours, one a call, {r['singly']['threads']} threads, answered after commit",
        "in_process": "20 rules in process, one core (CPU)",
    }.items():
        row = r.get(name, {"missing": ""})
        if "missing" in row:
            yield f"| {title} | MISSING |  |  |  |"
            continue
        told = (row.get(key, "") for key in ("cpu_us_each", "p50_ms", "p99_ms"))
        yield f"| {title} | {row['a_second']:,} | {' | '.join(map(str, told))} |"
    yield f"\nOurs / bulk_create: {r['ratio']} by the clock, {r['cpu_ratio']} by CPU."
    if "flink_cpu_ratio" in r:
        yield f"Flink needs {r['flink_cpu_ratio']} x the CPU of ours (its start is in it)."


def _prevention(r: Row) -> Iterator[str]:
    yield (f"{r['beats']:,} beats, {r['households']:,} households, {r['visits']:,} visits and "
           f"{r['disputes']:,} disputes of {r['years']} years; the bound is {r['bound_ms']:.0f} ms "
           "at the 95th percentile.\n")  # fmt: skip
    yield _table("", "CPU ms, p50", "CPU ms, p95", "PostgreSQL CPU ms", "CPU together, p95",
                 "wall p50 ms", "wall p95 ms", "queries", "kB")  # fmt: skip
    for name, row in r["pages"].items():
        told = [row[key] for key in ("p50_cpu_ms", "p95_cpu_ms", "db_cpu_ms", "cpu_ms", "p50_ms",
                                     "p95_ms", "queries")]  # fmt: skip
        yield f"| {name} | {' | '.join(map(str, told))} | {row['bytes'] / 1000:.1f} |"
    for what, key in (("CPU", "cpu_ms"), ("wall", "p95_ms")):
        above = [name for name, row in r["pages"].items() if row[key] > r["bound_ms"]]
        yield f"\nAbove the bound by {what}: {', '.join(above) or 'none'}."


def _phone_days(r: Row) -> Iterator[str]:
    yield (f"{r['acts']} acts each on {r['matters']} disputes: {r['entries']} entries, "
           f"{r['lost']} lost, {r['doubled']} doubled; {r['conflicts']} conflicts, all answered, "
           f"{r['notes']} of them as notes; {r['took_s']} s.")  # fmt: skip


def _figures_board(r: Row) -> Iterator[str]:
    made = f"{r['samples']:,} samples of {r['indicators']} indicators, made in {r['build_s']} s"
    yield f"{r['entries']:,} entries, {made}.\n"
    yield _table("", "p50 ms", "p95 ms", "p99 ms", "CPU ms")
    pages, entry = r["pages"], r["entry"]
    for name, row in (
        ("board, first time", pages["first"]),
        ("board, again", pages["again"]),
        ("the county's year, of the records themselves", pages["records"]),
        ("an entry taken in", entry["taking_in"]),
        ("an entry until the board says it", entry["until_the_board_says_it"]),
    ):
        cpu = row.get("p50_cpu_ms", "")
        yield f"| {name} | {row['p50_ms']} | {row['p95_ms']} | {row['p99_ms']} | {cpu} |"


SHOWN: dict[str, Callable[[Row], Iterator[str]]] = {
    "figures_board": _figures_board,
    "worklist": _worklist,
    "screens": _screens,
    "intake": _intake,
    "desks": _desks,
    "replay": _replay,
    "acts": _acts,
    "fraud": _fraud,
    "prevention": _prevention,
    "phone_days": _phone_days,
    "roads": _roads,
    "siting": _siting,
    "simulation": _simulation,
    "sweep": _sweep,
    "city_posts": _city_posts,
    "replayed": _replayed,
}

if __name__ == "__main__":
    main()
