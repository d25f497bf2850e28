"""The command `watchroom`. Every command imports what it needs when it runs: `--help` is quick."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from watchroom.base.refusal import Refusal
from watchroom.site import accounts
from watchroom.site import key_commands as keys
from watchroom.site.trouble import Trouble

app = typer.Typer(
    name="watchroom",
    help="值守：情指行一体的警务运行平台 · "
    "Watchroom: every signal gets an owner, a clock and an end."
    "\n\n先试 `watchroom demo`；生产环境设 DATABASE_URL，分别运行 serve、live、worker。"
    "\n\nTry `watchroom demo` first. In production set DATABASE_URL and run serve, live and worker "
    "apart, on as many machines as wanted. Without DATABASE_URL an embedded PostgreSQL is used, "
    "in the folder WATCHROOM_DATA (default: ./data).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
trail = typer.Typer(help="留痕 · The append-only record.", no_args_is_help=True)
city = typer.Typer(invoke_without_command=True)
app.add_typer(trail, name="trail")
archive = typer.Typer(help="归档 · Continuous archive: back to any moment.", no_args_is_help=True)
app.add_typer(archive, name="archive")
bring_in = typer.Typer(
    help="导入 · Import agencies, staff, beats, units, roads, classes.", no_args_is_help=True
)
app.add_typer(bring_in, name="import")
export = typer.Typer(help="导出 · Export, with an entry in the trail.", no_args_is_help=True)
app.add_typer(export, name="export")
app.add_typer(city, name="city")
app.add_typer(keys.keys, name="keys")
app.add_typer(accounts.person, name="person")
app.add_typer(accounts.token, name="token")

Host = Annotated[str, typer.Option(help="监听地址 · Address to listen on.")]
Port = Annotated[int, typer.Option(help="端口 · Port.", min=1, max=65535)]


@app.command()
def demo(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    speed: Annotated[
        float, typer.Option(help="城市快慢，0为静止 · How fast the city lives; 0: not at all.")
    ] = 1.0,
) -> None:
    """示范城市，一条命令 · Everything here: database, fictional city, pages, worker, live day."""
    from watchroom.site import demo

    demo.run(host, port, _speed(speed, or_none=True))


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(help="进程数 · Processes.", min=1)] = 1,
    threads: Annotated[int, typer.Option(help="每进程线程数 · Threads in each.", min=1)] = 8,
    with_live: Annotated[
        bool, typer.Option(help="同址提供实时流 · The live stream at the same address.")
    ] = False,
) -> None:
    """网页与接口 · Pages and API."""
    from watchroom.site import serving
    from watchroom.site.surroundings import surroundings

    with surroundings(statement_s=30):
        if with_live:
            serving.run(serving.TOGETHER, "asgi", host, port, workers=workers, threads=threads)
        else:
            serving.run(serving.PAGES, "wsgi", host, port, workers=workers, threads=threads)


@app.command()
def live(host: Host = "127.0.0.1", port: Port = 8001) -> None:
    """实时流 · The live stream (SSE); a reverse proxy sends /live/ here."""
    from watchroom.site import serving
    from watchroom.site.surroundings import surroundings

    with surroundings(statement_s=30):
        serving.run(serving.LIVE, "asgi", host, port)


@app.command()
def worker(
    concurrency: Annotated[int, typer.Option(help="同时任务数 · Jobs at once.", min=1)] = 4,
) -> None:
    """后台任务与时钟 · Jobs, reactions and clocks."""
    from watchroom.site import working
    from watchroom.site.surroundings import surroundings

    with surroundings(statement_s=600):
        working.run(concurrency)


@city.callback()
def place_city(
    context: typer.Context,
    size: Annotated[str, typer.Option(help="规模 · How large.")] = "full",
) -> None:
    """装入虚构城市 · Put schema and fictional city in place, once; say whom to sign in as."""
    if context.invoked_subcommand is not None:
        return
    from watchroom.site import migrating
    from watchroom.site.postgres import data_folder

    with migrating.migrated():
        from watchroom.site import fictional

        typer.echo(fictional.put_in_place(data_folder(), size=size))


@city.command("live")
def live_day(
    url: Annotated[str, typer.Option(help="值守的地址 · Where Watchroom answers.")] = (
        "http://127.0.0.1:8000"
    ),
    token: Annotated[str, typer.Option(help="令牌 · Token; or WATCHROOM_TOKEN.")] = "",
    speed: Annotated[float, typer.Option(help="快慢，1至600 · How fast, 1 to 600.")] = 1.0,
    per_day: Annotated[float, typer.Option(help="日均警情 · Calls a day.")] = 1200.0,
) -> None:
    """城市的一天 · A live day: callers ring, officers drive, through the public interface."""
    from watchroom.site import live_day
    from watchroom.site.postgres import data_folder

    live_day.run(data_folder(), url, token, _speed(speed), per_day)


def _speed(speed: float, *, or_none: bool = False) -> float:
    if 1 <= speed <= 600 or (or_none and speed == 0):
        return speed
    raise Trouble("快慢为1至600。", "The speed lies between 1 and 600.")


@app.command()
def migrate() -> None:
    """更新数据库结构 · Bring the database schema up to date."""
    from watchroom.site import migrating

    with migrating.migrated():
        typer.echo("数据库结构是最新的 · The schema is up to date.")


@app.command()
def backup(
    where: Annotated[
        str,
        typer.Argument(
            help="文件夹或 s3://桶/前缀 · Folder or s3://…; default: data/backups/<time>."
        ),
    ] = "",
) -> None:
    """备份数据库与文件（加密）· Back up database, documents and secrets, encrypted."""
    from watchroom.site import backing_up
    from watchroom.site.surroundings import surroundings

    with surroundings(owner=True):
        typer.echo(backing_up.backup(where))


Key = Annotated[
    Path | None,
    typer.Option(help="备份密钥 · The private backup key; default: in the data folder."),
]


@app.command()
def restore(
    where: Annotated[str, typer.Argument(help="备份或归档 · A backup or an archive.")],
    key: Key = None,
    at: Annotated[
        str, typer.Option(help="归档恢复到的时刻，或 latest · Moment in an archive, or latest.")
    ] = "",
) -> None:
    """恢复到空库；归档可到任一时刻 · Restore into an empty database; an archive, to any moment."""
    if at:
        from watchroom.site import archiving

        moment = None if at == "latest" else archiving.moment(at)
        done = archiving.restore_at(where, moment, key)
        typer.echo(
            f"已恢复到 {done['reached'] or at} · Restored: {done['base']}, {done['segments']} "
            f"segments, {done['seconds']} s"
        )
        return
    from watchroom.site import backing_up
    from watchroom.site.surroundings import surroundings

    with surroundings(owner=True):
        backing_up.restore(where, key)


Archive = Annotated[
    str, typer.Argument(help="文件夹或 s3://桶/前缀 · Folder or s3://bucket/prefix.")
]


@archive.command("base")
def archive_base(where: Archive) -> None:
    """基础备份 · A base copy of the whole server; once a week."""
    from watchroom.site import archiving
    from watchroom.site.surroundings import surroundings

    with surroundings() as server:
        typer.echo(archiving.base(where, archiving.replication_url(server)))


@archive.command("follow")
def archive_follow(where: Archive) -> None:
    """持续归档日志，直到停止 · Put away the log as it is written, until stopped."""
    from watchroom.site import archiving
    from watchroom.site.surroundings import surroundings

    with surroundings() as server:
        archiving.Archiver(where, archiving.replication_url(server)).run()


@app.command()
def standby(
    url: Annotated[
        str, typer.Option("--of", help="主机地址 · The leading server, with REPLICATION.")
    ],
    name: Annotated[str, typer.Option(help="备机名称 · What the leader calls it.")] = "standby",
) -> None:
    """热备：跟随主机 · A warm standby in this data folder: follows until stopped."""
    from watchroom.site import standing_by

    standing_by.run(url, name)


@app.command("take-over")
def take_over() -> None:
    """接管：备机成为主机 · The standby in this data folder leads from now on."""
    from watchroom.site import standing_by

    typer.echo(f"已接管 · It leads now ({standing_by.take_over()} s)")


@app.command()
def snapshot(
    folder: Annotated[
        Path | None, typer.Argument(help="目标文件夹 · Where to; default: data/snapshots.")
    ] = None,
    until: Annotated[
        str, typer.Option(help="截至月份 · Nothing recorded after it, 2026-10; all if not given.")
    ] = "",
) -> None:
    """指标数据快照（Parquet）· What figures are made of, as Parquet files; no personal data."""
    from watchroom.site import bringing_in
    from watchroom.site.surroundings import surroundings

    with surroundings():
        _set_up_django()
        typer.echo(bringing_in.snapshot(folder, until))


@app.command()
def check() -> None:
    """体检 · Check this installation; exit code 1 if anything needs a hand."""
    from watchroom.site import checking

    raise typer.Exit(checking.check())


Source = Annotated[Path, typer.Argument(help="文件 · File.")]


@bring_in.command("roads")
def import_roads(
    source: Source,
    with_map: Annotated[
        bool, typer.Option("--map/--no-map", help="同时作底图 · Also as map.")
    ] = True,
    profile: Annotated[
        str, typer.Option(help="出行方式 · Who uses it: car, emergency, foot, ebike.")
    ] = "car",
) -> None:
    """导入路网（.osm.pbf）· Import an OpenStreetMap extract as road network and base map."""
    from watchroom.site import bringing_in
    from watchroom.site.postgres import data_folder

    typer.echo(bringing_in.roads(source, data_folder(), profile=profile, with_map=with_map))


@bring_in.command("agencies")
def import_agencies(source: Source) -> None:
    """导入单位 · Import agencies (CSV: code,parent,kind,zh,en,lon,lat); lays down the roles."""
    from watchroom.site import bringing_in
    from watchroom.site.surroundings import surroundings

    with surroundings():
        _set_up_django()
        typer.echo(bringing_in.agencies(source))


@app.command("move-agency")
def move_agency(
    code: Annotated[str, typer.Argument(help="单位代码 · Code of the agency.")],
    parent: Annotated[str, typer.Argument(help="新上级代码 · Code of its new parent.")],
    why: Annotated[str, typer.Option(help="理由 · Why.")],
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="哪天起（零时）· From which day; default: now."),
    ] = None,
) -> None:
    """单位调整隶属 · Put an agency, with all below it, under another; figures of before stay."""
    from watchroom.kernel import operator
    from watchroom.site.surroundings import surroundings

    with surroundings():
        _set_up_django()
        typer.echo(operator.move_agency(code, parent, since.date() if since else None, why))


@bring_in.command("units")
def import_units(source: Source) -> None:
    """导入警力 · Import units (CSV: code,kind,agency,name,crew,lon,lat)."""
    from watchroom.site import bringing_in
    from watchroom.site.surroundings import surroundings

    with surroundings():
        _set_up_django()
        typer.echo(bringing_in.units(source))


@bring_in.command("staff")
def import_staff(
    source: Source,
    sheet: Annotated[
        Path | None,
        typer.Option(help="初始密码写到哪里 · Where temporary passwords go; default: beside it."),
    ] = None,
    with_passwords: Annotated[
        bool,
        typer.Option(
            "--passwords/--no-passwords",
            help="为新人员生成初始密码 · Make temporary passwords for new people.",
        ),
    ] = True,
) -> None:
    """导入人员与岗位 · Import people with posts (CSV: name,username,badge,agency,role,post)."""
    from watchroom.site import bringing_in
    from watchroom.site.surroundings import surroundings

    with surroundings():
        _set_up_django()
        typer.echo(bringing_in.staff(source, sheet, with_passwords=with_passwords))


@bring_in.command("beats")
def import_beats(
    source: Source,
    in_gcj02: Annotated[
        bool, typer.Option("--gcj02", help="坐标为 GCJ-02 · Its coordinates are GCJ-02.")
    ] = False,
) -> None:
    """导入警格 · Import beats (GeoJSON: code, name, agency, officer, setting)."""
    from watchroom.site import bringing_in
    from watchroom.site.surroundings import surroundings

    with surroundings():
        _set_up_django()
        typer.echo(bringing_in.beats(source, in_gcj02=in_gcj02))


def _domain_imports() -> None:
    """A command for each table that a domain declares."""
    from watchroom.kernel.registry import registry

    for domain in registry.domains.values():
        for name, one in domain.imports.items():
            told = f"{one.title.zh} · {one.title.en} (CSV: {','.join(one.columns)})."
            bring_in.command(name, help=told)(_importing(domain.key, name))


def _importing(key: str, name: str) -> Callable[[Path], None]:
    def command(source: Source) -> None:
        from watchroom.site import bringing_in
        from watchroom.site.surroundings import surroundings

        with surroundings():
            _set_up_django()
            typer.echo(bringing_in.of_domain(key, name, source))

    return command


_domain_imports()


@bring_in.command("classes")
def import_classes(source: Source) -> None:
    """导入警情类别表 · Import a version of the list of incident classes (CSV)."""
    from watchroom.site import bringing_in
    from watchroom.site.surroundings import surroundings

    with surroundings():
        _set_up_django()
        typer.echo(bringing_in.classes(source))


@app.command("train-suggestions")
def train_suggestions(
    folder: Annotated[
        Path, typer.Argument(help="按类型代码命名的文本 · Texts, a file for each type code.")
    ],
) -> None:
    """学习诈骗类型的用语 · Learn from labelled texts which type a warning's words point to."""
    from watchroom.site import bringing_in
    from watchroom.site.postgres import data_folder

    typer.echo(bringing_in.trained(folder, data_folder()))


@app.command("listen")
def listen_for_warnings(
    feed: Annotated[str, typer.Option(help="来源 · Key of the source.")],
    subject: Annotated[str, typer.Option(help="主题 · Subject of its messages.")],
    server: Annotated[str, typer.Option(help="地址 · Where NATS is.")] = "nats://127.0.0.1:4222",
    stream: Annotated[str, typer.Option(help="流 · Name of the stream.")] = "WARNINGS",
) -> None:
    """接收反诈预警流（NATS JetStream）· Take fraud warnings from a stream, until stopped."""
    from watchroom.site.surroundings import surroundings

    with surroundings():
        _set_up_django()
        from watchroom.domains.fraud.stream import follow

        follow(server, stream, subject, feed)


@app.command("flink")
def write_for_flink(
    feed: Annotated[str, typer.Option(help="来源 · Key of the source.")],
    connector: Annotated[str, typer.Option(help="WITH (…) · What stands in WITH (…).")],
    late: Annotated[int, typer.Option(help="等候秒数 · Seconds to wait for what is late.")] = 30,
) -> None:
    """把分级规则写成 Flink SQL · The grading rules as Flink SQL, for flink_job.py (JSON)."""
    import json
    from datetime import timedelta

    from watchroom.site.surroundings import surroundings

    with surroundings():
        _set_up_django()
        from watchroom.domains.fraud.stream import flink_statements

        written = flink_statements(feed, connector, timedelta(seconds=late))
        typer.echo(json.dumps(written, ensure_ascii=False, indent=1))


@bring_in.command("warnings")
def import_warnings(
    source: Source,
    feed: Annotated[str, typer.Option(help="来源 · Key of the source.")],
    mapping: Annotated[
        Path | None, typer.Option("--map", help="映射 · Which column is which (TOML).")
    ] = None,
) -> None:
    """导入反诈预警（CSV、XLSX、JSONL）· Import fraud warnings; the same file again does nothing."""
    from watchroom.site import bringing_in
    from watchroom.site.surroundings import surroundings

    with surroundings():
        _set_up_django()
        typer.echo(bringing_in.warnings(source, feed, mapping))


@app.command()
def replay(
    log: Annotated[Path, typer.Argument(help="接警记录 CSV · Call log.")],
    mapping: Annotated[Path, typer.Option("--map", help="映射 · Which column is which (TOML).")],
    speed: Annotated[float, typer.Option(help="倍速，0 为最快 · Times real time; 0: at once.")] = 0,
    rejects: Annotated[Path | None, typer.Option(help="未采用的行 · Where rejects go.")] = None,
) -> None:
    """回放真实接警记录 · Replay a real call log through intake; can be stopped and resumed."""
    from watchroom.site import bringing_in
    from watchroom.site.surroundings import surroundings

    with surroundings():
        _set_up_django()
        typer.echo(bringing_in.replay(log, mapping, speed, rejects))


@export.command("trail")
def export_trail(
    target: Annotated[Path, typer.Argument(help="目标文件 · Where to (JSONL).")],
    agency: Annotated[str, typer.Option(help="单位代码 · Agency code; all if not given.")] = "",
    month: Annotated[str, typer.Option(help="月份 · Month, 2026-11; all if not given.")] = "",
) -> None:
    """导出留痕链与签名链头 · Export chains with signed heads, to be verified offline."""
    from watchroom.site import bringing_in
    from watchroom.site.surroundings import surroundings

    with surroundings():
        _set_up_django()
        typer.echo(bringing_in.trail(target, agency, month))


@trail.command()
def verify(
    source: Annotated[
        Path | None, typer.Argument(help="导出文件 · An export; else the database.")
    ] = None,
    key: Annotated[str, typer.Option(help="公钥 · Public key the heads must be signed with.")] = "",
) -> None:
    """核验留痕链 · Find any changed, removed, reordered or inserted entry."""
    if source is not None:
        from watchroom.site import bringing_in

        faults_found = bringing_in.verified(source, key)
        for line in faults_found:
            typer.echo(line)
        typer.echo(
            "留痕完整 · The trail is intact." if not faults_found else f"{len(faults_found)} ✗"
        )
        raise typer.Exit(1 if faults_found else 0)
    from watchroom.site.surroundings import surroundings

    with surroundings():
        _set_up_django()
        from watchroom.kernel.trail import verify

        faults = 0
        for fault in verify():
            faults += 1
            typer.echo(str(fault))
        typer.echo("留痕完整 · The trail is intact." if not faults else f"{faults} ✗")
    raise typer.Exit(1 if faults else 0)


def _set_up_django() -> None:
    import django

    django.setup()


def main() -> None:
    """Run; a problem a person can solve is said in two sentences, without a traceback."""
    try:
        app()
    except Trouble as trouble:
        print(f"✗ {trouble.zh}\n✗ {trouble.en}", file=sys.stderr)
        sys.exit(2)
    except Refusal as refusal:  # a file of the agency's own that says something wrong
        print(f"✗ {refusal.text.zh}\n✗ {refusal.text.en}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
