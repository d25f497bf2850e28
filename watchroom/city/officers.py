"""How officers behave: how late they sign, how they drive, what they report."""

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from watchroom.city.model import Unit
from watchroom.city.port import Fix, Task
from watchroom.city.routes import Route

FEEDBACK = {
    "traffic": (
        "双方协商处理，车辆已移开",
        "已拍照取证，开具事故认定书",
        "伤者已送医，现场已恢复通行",
    ),
    "dispute": ("已现场调解，双方达成一致", "已劝离一方，告知其法律途径", "调解未果，移交社区跟进"),
    "noise": ("已劝阻，音响关闭", "到场后未发现噪音", "已告知经营者停止施工"),
    "crime": ("已带回相关人员调查", "已勘查现场，调取监控", "嫌疑人已离开，正在追查"),
    "order": ("已制止，当事人带回派出所", "双方均有轻微伤，已受理", "已劝离，现场恢复秩序"),
    "fraud": ("已协助止付，制作笔录", "已劝阻，未造成损失", "已受理，提取转账记录"),
    "missing": ("人已找到，安全交给家属", "已发布协查，正在查找", "当事人自行回家"),
    "hazard": ("已疏散群众，配合消防处置", "险情已排除", "已设置警戒，通知责任单位"),
}
PLAIN = ("已到场处置完毕", "已提供帮助，群众满意", "到场后无异常", "已告知当事人处理办法")


@dataclass(frozen=True)
class Delays:
    """Seconds between the steps of one assignment; the truth of the live day."""

    sign: float
    set_out: float
    scene: float
    feedback: float


def delays(r: np.random.Generator, scene: float) -> Delays:
    """Mostly quick; one in eight signs late, one in fifty very late, some leave late."""
    late = r.random()
    sign = float(18 * np.exp(0.55 * r.normal()))
    if late < 0.02:
        sign = float(r.uniform(190, 480))
    elif late < 0.145:
        sign = float(r.uniform(35, 170))
    leave = float(45 * np.exp(0.7 * r.normal()))
    if r.random() < 0.06:
        leave = float(r.uniform(310, 900))
    return Delays(round(sign, 1), round(leave, 1), scene, round(float(r.uniform(20, 400)), 1))


def slowness(r: np.random.Generator, priority: int, hour: int) -> float:
    """Siren and rush hour: a factor on free-flow time."""
    rush = 1.25 if hour in (7, 8, 17, 18) else 1.0
    siren = {1: 0.8, 2: 0.92}.get(priority, 1.05)
    return float(rush * siren * r.uniform(0.9, 1.2))


@dataclass
class Mover:
    """One unit on the road."""

    unit: Unit
    node: int
    r: np.random.Generator
    lon: float
    lat: float
    task: Task | None = None
    waiting: list[Task] = field(default_factory=list)
    route: Route | None = None
    left_at: dt.datetime | None = None  # when the route began
    dark_until: dt.datetime | None = None
    kept: list[Fix] = field(default_factory=list)  # fixes taken without a signal
    series: int = 0  # of position reports; a new one ends the old
    generation: int = 0  # rises whenever plans change; older plans are void

    def fix(self, now: dt.datetime) -> Fix:
        """Where the phone is now, with a few metres of error."""
        speed = bearing = 0.0
        if self.route is not None and self.left_at is not None:
            gone = (now - self.left_at).total_seconds()
            self.lon, self.lat, speed, bearing = self.route.at(gone)
        east, north = self.r.normal(0, 4e-5, 2)
        return Fix(
            self.unit.device,
            round(self.lon + east, 6),
            round(self.lat + north, 6),
            now,
            speed,
            bearing,
        )

    def depart(self, route: Route, now: dt.datetime) -> None:
        self.route, self.left_at = route, now

    def halt(self, now: dt.datetime, nearest: int) -> None:
        """Stop where the unit is."""
        self.fix(now)
        self.route, self.left_at, self.node = None, None, nearest

    def dark(self, now: dt.datetime) -> bool:
        return self.dark_until is not None and now < self.dark_until


def feedback(r: np.random.Generator, group: str) -> str:
    options = FEEDBACK.get(group, PLAIN)
    return options[int(r.integers(len(options)))]
