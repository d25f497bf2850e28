"""Every write of directives, by name. Others call these functions and nothing beneath them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Unpack
from uuid import UUID

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.acts import ToldWhy
from watchroom.kernel.models import Agency, Matter

from . import queries, rules
from .flow import DIRECTIVE, ISSUE, OF_THE_ISSUER, OPEN, ORDER
from .models import Directive, Order


def issue(
    actor: Actor,
    title: str,
    to: Sequence[int],
    *,
    words: str = "",
    urgency: int = 3,
    because_of: int | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Issue a directive to agencies: one order for each of them. The issuer answers for it."""
    recipients = _recipients(actor, to)
    _sayable(title, words, urgency)
    sort = rules.sort_of(_path(actor.agency_id), [row.path for row in recipients])

    def change(matter: Matter) -> Mapping[str, Any]:
        Directive.objects.create(matter=matter, sort=sort, because_of_id=because_of)
        return {"sort": sort, "to": [row.code for row in recipients]}

    with acts.together():
        matter = acts.open_matter(
            actor,
            DIRECTIVE.kind,
            title=title.strip(),
            agency_id=actor.agency_id,
            change=change,
            act_id=act_id,
            owner_id=actor.staff_id,
            words=words.strip(),
            priority=urgency,
        )
        if not Matter.objects.filter(parent=matter, kind=ORDER.kind).exists():  # not a twin's act
            for row in recipients:
                _order(actor, matter, row)
    return matter


def _order(actor: Actor, directive: Matter, agency: Agency) -> None:
    acts.open_matter(
        access.on_account_of(actor, ISSUE),
        ORDER.kind,
        title=directive.title,
        agency_id=agency.pk,
        change=_empty,
        parent=directive,
        words=directive.words,
        priority=directive.priority,
    )


def _empty(matter: Matter) -> None:
    Order.objects.create(matter=matter)


def _recipients(actor: Actor, ids: Sequence[int]) -> list[Agency]:
    wanted = {int(pk) for pk in ids}
    rows = [row for row in queries.may_receive(actor) if row.pk in wanted]
    if not wanted:
        raise Refusal(Text("请选择下达到哪些单位", "Choose the agencies it goes to"))
    if len(rows) < len(wanted):
        raise Refusal(
            Text(
                "所选单位中有不存在的，或是本单位自己：请重新选择",
                "One of the agencies does not exist or is your own: choose again",
            )
        )
    return rows


def _sayable(title: str, words: str, urgency: int) -> None:
    if not title.strip():
        raise Refusal(Text("请写标题", "Give it a title"))
    if urgency not in rules.URGENCIES:
        raise Refusal(
            Text(
                "紧急程度应为 1（特急）、2（急）或 3（平）",
                "Urgency is 1 (at once), 2 or 3 (routine)",
            )
        )
    if why_not := rules.why_not_told(title, words):
        raise Refusal(why_not)


def _path(agency_id: int) -> str:
    return Agency.objects.values_list("path", flat=True).get(pk=agency_id)


def perform(
    actor: Actor,
    matter_id: int,
    step: str,
    *,
    data: Mapping[str, Any] | None = None,
    **told: Unpack[ToldWhy],
) -> Matter:
    """Take a step by its name: the one door for pages, API, phone and commands."""
    if Matter.objects.filter(pk=matter_id, kind=ORDER.kind).exists():
        return _of_an_order(actor, matter_id, step, dict(data or {}), told)
    matter = access.find(actor, pk=matter_id, kind=DIRECTIVE.kind)
    if step == "withdraw":
        return _withdraw(actor, matter, told)
    return acts.take(actor, matter.pk, step, data=data, guards=(_all_over,), **told)


def _of_an_order(
    actor: Actor, matter_id: int, step: str, data: dict[str, Any], told: ToldWhy
) -> Matter:
    order = queries.order_of(actor, matter_id)
    if step in OF_THE_ISSUER:
        assert order.parent is not None  # noqa: S101 - an order is always somebody's part
        access.require(actor, ISSUE, order.parent)
        actor = access.on_account_of(actor, ISSUE)
    change = CHANGES.get(step)
    said = _read(order, data) if step == "feed_back" else data
    with acts.together():
        return acts.take(
            actor, matter_id, step, data=said, change=change and change(actor, said), **told
        )


def _read(order: Matter, data: dict[str, Any]) -> dict[str, Any]:
    """What was fed back, as it will be kept."""
    counts = {name: data[name] for name in ("checked", "found") if data.get(name) is not None}
    if any(not isinstance(n, int) for n in counts.values()):
        raise Refusal(Text("数量应为整数", "A count should be a whole number"))
    result = str(data.get("result", "")).strip()
    assert order.parent is not None  # noqa: S101 - an order is always somebody's part
    sort = order.parent.directives_directive.sort
    why_not = rules.why_not_told(result) or rules.why_no_result(
        sort, counts.get("checked"), counts.get("found")
    )
    if why_not:
        raise Refusal(why_not)
    return {"result": result, **counts}


Changing = Callable[[Actor, dict[str, Any]], Callable[[Matter], None]]


def _sign(actor: Actor, _said: dict[str, Any]) -> Callable[[Matter], None]:
    """Who signs answers for it."""

    def change(matter: Matter) -> None:
        matter.owner_id = actor.staff_id

    return change


def _keep(_actor: Actor, said: dict[str, Any]) -> Callable[[Matter], None]:
    def change(matter: Matter) -> None:
        Order.objects.filter(pk=matter.pk).update(
            result=said["result"], checked=said.get("checked"), found=said.get("found")
        )

    return change


CHANGES: Mapping[str, Changing] = {"sign": _sign, "feed_back": _keep}


def _withdraw(actor: Actor, matter: Matter, told: ToldWhy) -> Matter:
    """Withdraw a directive with every order that is still open."""
    with acts.together():
        ids = Matter.objects.filter(parent=matter, kind=ORDER.kind, state__in=OPEN)
        acts.lock([matter.pk, *ids.values_list("pk", flat=True)])
        done = acts.take(actor, matter.pk, "withdraw", **told)
        issuer = access.on_account_of(actor, ISSUE)
        for pk in ids.order_by("pk").values_list("pk", flat=True):
            acts.take(issuer, pk, "withdraw", reason=told.get("reason", ""))
    return done


def _all_over(matter: Matter) -> None:
    if count := queries.still_open(matter):
        raise Refusal(
            Text(
                f"还有 {count} 个单位没有办完：请先核验或撤销它们的落实单",
                f"{count} agencies are not done: verify or withdraw their orders first",
            )
        )
