"""The machine interface of requests, mounted at /api/v1/requests/.

What is not there and what the caller may not see get the same answer, 404.
"""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from pydantic import AwareDatetime, Field

from watchroom.kernel.machines import Act, Given, MatterOut, actor_of, past, whole
from watchroom.kernel.models import Matter

from . import actions, queries

router = Router()


class RequestIn(Given):
    """A request to enter."""

    sort: Literal["worry", "firm", "law", "hardship"]
    title: str = Field(max_length=120, description="One sentence; no numbers of citizens")
    words: str = Field("", max_length=4000)
    channel: Literal["window", "visit", "phone", "form", "desk"] = "desk"
    asker_name: str = Field("", max_length=64, description="Shown masked")
    asker_phone: str = Field("", max_length=32, description="Shown masked")
    firm: str = Field("", max_length=120)
    place: str = Field("", max_length=240)
    beat_id: int | None = None
    agency_id: int | None = Field(None, description="The own agency or one above it")
    to: list[int] = Field(default=[], description="Ids of staff who alone see a hardship")
    occurred_at: AwareDatetime | None = None
    act_id: UUID | None = None


class ArticleIn(Given):
    """An article to propose."""

    sort: Literal["worry", "firm", "law"]
    title: str = Field(max_length=120)
    words: str = Field(max_length=8000)
    agency_id: int | None = Field(None, description="In whose name; those below it will read it")
    grown_from: int | None = Field(None, description="Id of the request whose answer it is")
    act_id: UUID | None = None


class RequestOut(MatterOut):
    """A request or an article as it stands."""

    words: str
    owner_id: int | None


@router.get("/requests", response=list[RequestOut], summary="Requests, the least time left first")
def listed(request: HttpRequest, sort: str = "", over: bool = False) -> Any:
    """Open ones, or with `over=true` those that are over; at most 200."""
    return list(queries.listed(actor_of(request), sort=sort, over=over)[:200])


@router.post("/requests", response=RequestOut, summary="Ask")
def ask(request: HttpRequest, asked: RequestIn) -> Matter:
    """For oneself, or what somebody without an account asks. Needs requests.ask."""
    past(asked.occurred_at)
    return actions.ask(actor_of(request), **asked.dict())


@router.get("/articles", response=list[RequestOut], summary="What is known")
def articles(request: HttpRequest, q: str = "", sort: str = "") -> Any:
    """Articles that hold all the words of `q`, or the newest; at most 100."""
    return queries.articles(actor_of(request), q, sort)


@router.post("/articles", response=RequestOut, summary="Propose an article")
def draft(request: HttpRequest, article: ArticleIn) -> Matter:
    """Another person publishes it. Needs requests.respond."""
    return actions.draft(actor_of(request), **article.dict())


@router.post("/matters/{int:matter_id}/{str:step}", response=RequestOut, summary="Take a step")
def take(request: HttpRequest, matter_id: int, step: str, act: Act) -> Matter:
    """Of a request: take {by} · pass_on {to} · answer {answer} · confirm {how} · send_back ·
    refuse · withdraw; of an article: publish · retire. 409 where somebody was faster."""
    return actions.perform(actor_of(request), matter_id, step, **whole(act))
