"""What people of the fictional city asked in the last weeks, and what its stations answered.

People act through the same acts as everybody, each at its own time. Done twice it changes nothing.
"""

import datetime as dt
from collections.abc import Callable

import numpy as np

from watchroom.base.clock import held_at, now
from watchroom.domains.requests import actions
from watchroom.kernel.access import Actor, actor_of
from watchroom.kernel.models import Agency, Beat, Matter, Staff

from .model import City
from .names import person
from .seeds import rng

Progress = Callable[[str], None]
WEEKS, WORRIES, FIRMS, QUESTIONS = 3, 46, 10, 8
STAY_OPEN = dt.timedelta(days=4)

ASKED = {
    "worry": (
        ("巷子里的路灯坏了，晚上不敢走", "已联系城管局照明所，三天内修复；夜间加一趟巡逻。"),
        ("广场舞音响太吵，孩子没法写作业", "已与领队约定晚八点半后关音响，社区民警回访。"),
        ("电动车停在楼道里充电", "已劝离并联系物业加装充电棚，消防通道清空。"),
        ("楼下烧烤摊占道", "已转城管局，现场划线经营；我们每晚复查一周。"),
        ("老人独居，想装个紧急呼叫", "已上门登记，街道免费安装，社区民警列为每周走访。"),
        ("身份证过期，腿脚不便去不了窗口", "已预约周四上门办理，带采集设备。"),
        ("小区进出的陌生人多", "物业已恢复登记，本周加密夜间巡逻。"),
        ("河边护栏断了一截", "已设警示带并转水利局，两天内修好。"),
    ),
    "firm": (
        ("工地夜间丢钢筋，盼加强巡逻", "已列入夜巡点，并教保管员装红外报警。"),
        ("外来员工集中办居住证", "周六上门集中受理，名单由企业先报数量。"),
        ("大件运输要走新桥，怎么申请", "已联系交警大队，一窗受理，当天答复路线。"),
    ),
    "law": (
        ("调解不成的治安案件，办案期限从哪天算", "从调解不成或者不履行之日起重新计算。"),
        ("醉酒的人约束到酒醒，要不要全程录像", "要。约束过程和酒醒情况都记录，酒醒立即解除。"),
        ("当事人不在场，处罚决定书怎么送达", "先直接送达本人或者成年家属；下落不明的公告送达。"),
        ("未成年人询问时监护人到不了怎么办", "通知其他成年亲属或学校、居委会的人到场，写明理由。"),
    ),
}  # fmt: skip


def is_loaded() -> bool:
    """Whether anybody has asked anything yet."""
    return Matter.objects.filter(kind="requests.request").exists()


def load(city: City, say: Progress) -> int:
    """Play the weeks; returns how many were asked."""
    r = rng(city.seed, "asking")
    end = now()
    kinds = ["worry"] * WORRIES + ["firm"] * FIRMS + ["law"] * QUESTIONS
    moments = sorted(end - dt.timedelta(weeks=WEEKS) * float(x) for x in r.random(len(kinds)))
    stations = _stations()
    chiefs = [_chief(station) for station in stations]
    able = [(s, c) for s, c in zip(stations, chiefs, strict=True) if c is not None]
    for kind, at in zip(r.permutation(kinds), moments, strict=True):
        station, chief = able[int(r.integers(len(able)))]
        _ask(str(kind), station, chief, at, end, r)
    _publish(able[0][1])
    say(f"  {len(kinds)} requests")
    return len(kinds)


def _stations() -> list[Agency]:
    """Stations that have beats, a few of them."""
    with_beats = Beat.objects.values("agency_id")
    return list(Agency.objects.filter(pk__in=with_beats).order_by("code")[:12])


def _chief(station: Agency) -> Actor | None:
    """Whoever answers requests there."""
    rows = Staff.objects.filter(
        posts__agency=station, posts__role__permissions__contains=["requests.respond"]
    )
    found = rows.order_by("username").first()
    return actor_of(found) if found else None


def _ask(
    kind: str,
    station: Agency,
    chief: Actor,
    at: dt.datetime,
    end: dt.datetime,
    r: np.random.Generator,
) -> None:
    asked, answer = ASKED[kind][int(r.integers(len(ASKED[kind])))]
    beats = list(Beat.objects.filter(agency=station).order_by("code")[:20])
    beat = beats[int(r.integers(len(beats)))]
    with held_at(at):
        matter = actions.ask(
            chief,
            asked,
            sort=kind,
            channel=str(r.choice(["window", "visit", "phone"])),
            asker_name="".join(person(r, "f" if r.random() < 0.5 else "m")),
            asker_phone=f"100{int(r.integers(10**8)):08d}",
            firm="澜川第一建筑公司" if kind == "firm" else "",
            beat_id=beat.pk if kind == "worry" else None,
            agency_id=station.pk if kind == "law" else None,
        )
    takes, answers = float(r.exponential(9)), float(r.uniform(12, 150))
    if kind == "law" or end - at < STAY_OPEN * float(r.random()):
        return  # still waits
    _act(chief, matter.pk, at + dt.timedelta(hours=takes), "take")
    done = at + dt.timedelta(hours=takes + answers)
    if done < end and r.random() < 0.95:
        _act(chief, matter.pk, done, "answer", answer=answer)


def _act(actor: Actor, pk: int, at: dt.datetime, step: str, **data: str) -> None:
    if at < now():
        with held_at(at):
            actions.perform(actor, pk, step, data=data)


def _publish(chief: Actor) -> None:
    """What the bureau has put into its knowledge base."""
    station = Agency.objects.get(pk=chief.agency_id)
    above = station.parent_id or station.pk
    leader = Staff.objects.filter(
        posts__agency_id=above, posts__role__permissions__contains=["requests.approve"]
    ).first()
    for asked, answer in (*ASKED["law"], *ASKED["worry"][:3]):
        sort = "law" if (asked, answer) in ASKED["law"] else "worry"
        draft = actions.draft(chief, asked, answer, sort=sort, agency_id=above)
        if leader is not None:
            actions.perform(actor_of(leader), draft.pk, "publish")
