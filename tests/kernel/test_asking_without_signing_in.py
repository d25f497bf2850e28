"""Any domain may open forms to the public: what is asked for is read, limited and answered."""

from types import SimpleNamespace
from uuid import uuid4

import pytest

from tests.toy import DOMAIN, Town
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import acts, public
from watchroom.kernel.access import NotFound, system
from watchroom.kernel.fields import Field
from watchroom.kernel.models import Receipt

FORM = public.PublicForm(
    Text("报修", "Repairs"),
    Text("路灯、井盖", "Lamps and covers"),
    (
        Field("what", Text("什么坏了", "What is broken"), "choice"),
        Field("words", Text("说明", "In words"), "text", optional=True),
    ),
    {"what": lambda: [("lamp", Text("路灯", "A lamp"))]},
)


@pytest.fixture
def open_office(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """The toy takes repairs from the public."""

    def take(name: str, said: dict[str, str], *, beat: object, act_id: object) -> object:
        return acts.open_matter(
            system(town.east),
            "toy.thing",
            title=said["what"],
            agency_id=town.east.pk,
            act_id=act_id,
        )

    monkeypatch.setitem(DOMAIN.modules, "forms", SimpleNamespace(PUBLIC={"repairs": FORM}))
    kept = DOMAIN.modules["actions"]
    actions = SimpleNamespace(perform=kept.perform, from_public=take)
    monkeypatch.setitem(DOMAIN.modules, "actions", actions)
    return town


def test_the_number_tells_how_it_stands_in_the_states_own_words(open_office: Town) -> None:
    said = public.read(FORM, {"what": ["lamp"], "words": []}.__getitem__)
    number = public.ask("toy", "repairs", said, address="a", beat=None, act_id=uuid4())
    standing = public.follow(number, address="a")
    assert (standing.words.zh, standing.agency, standing.over) == (
        "已收到",
        open_office.east,
        False,
    )
    acts.take(open_office.actor("officer"), Receipt.objects.get().matter_id, "start")
    assert public.follow(f" {number.lower()} ", address="a").words.zh == "办理中"


@pytest.mark.parametrize(
    ("sent", "sentence"), [({"what": []}, "还缺：什么坏了"), ({"what": ["moon"]}, "从列表中选择")]
)
def test_what_cannot_be_read_is_said(
    open_office: Town, sent: dict[str, list[str]], sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        public.read(FORM, {"words": [], **sent}.__getitem__)


def test_a_form_nobody_declared_is_not_there(open_office: Town) -> None:
    with pytest.raises(NotFound):
        public.form("toy", "wishes")
    assert set(public.forms()) == {("toy", "repairs")}
    with pytest.raises(Refusal, match="没有这个编号"):
        public.follow("0000-1111-8888", address="b")
