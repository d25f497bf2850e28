"""How a refusal reaches the person: a page, a fragment for htmx, or JSON for machines."""

import json
import sys
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.html import format_html

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from .language import language

STATUS = {
    "signed-out": 401,
    "forbidden": 403,
    "not-found": 404,
    "overtaken": 409,
    "too-many": 429,
    "failed": 500,
    "not-ready": 503,
}
IN_THE_PAGE = (409, 422)  # what the person can mend is shown where they were working

NOT_FOUND = Text(
    "找不到您要的内容：它不存在，或者您无权查看",
    "This cannot be found: it does not exist, or you may not see it",
)
CSRF = Text(
    "页面已过期，未作任何更改。请刷新页面后重试",
    "The page is out of date and nothing was changed. Reload it and try again",
)
FAILED = Text(
    "系统出错，本次操作没有完成。请重试；仍然出错请报告系统管理员",
    "Something failed and nothing was done. Try again, then tell the system's administrator",
)
NO_DATABASE = Text(
    "数据库暂时没有应答，请稍候重试；已经送达的操作不会重复办理",
    "The database does not answer for the moment. Try again: what has arrived is not done twice",
)
BAD = Text("请求的格式不正确", "The request is malformed")
FORBIDDEN = Text("您没有此项权限", "You do not have this permission")


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The answer to a refusal: 401 403 409 429 by its code, else 422."""
    status = STATUS.get(refusal.code, 422)
    if status == 401 and not for_machine(request):
        return _to_sign_in(request)
    return answer(request, status, refusal.code, refusal.text)


def answer(request: HttpRequest, status: int, code: str, text: Text) -> HttpResponse:
    """One sentence, in the form and language the caller reads."""
    lang = language(request)
    sentence = text.say(lang)
    if for_machine(request):
        return JsonResponse({"error": {"code": code, "sentence": sentence}}, status=status)
    if request.headers.get("HX-Request"):
        return _fragment(status, sentence)
    values = {"sentence": sentence, "status": status, "title": HTTPStatus(status).phrase}
    return render(request, "desk/error.html", values, status=status)


def for_machine(request: HttpRequest) -> bool:
    """Whether JSON is the answer."""
    accept = request.headers.get("Accept", "")
    wants_json = "application/json" in accept and "text/html" not in accept
    return request.path.startswith("/api/") or wants_json


def _fragment(status: int, sentence: str) -> HttpResponse:
    if status in IN_THE_PAGE:
        html = format_html('<div class="note note-late" role="alert"><div>{}</div></div>', sentence)
        return HttpResponse(html, status=status)
    plain = "text/plain; charset=utf-8"  # the page shows plain text as a toast
    return HttpResponse(sentence, status=status, content_type=plain)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        back = {"next": request.headers.get("HX-Current-Path", "/")}
        where = f"{settings.LOGIN_URL}?{urlencode(back)}"
        return HttpResponse(status=401, headers={"HX-Redirect": where})
    back = {"next": request.get_full_path() if request.method == "GET" else "/"}
    return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode(back)}")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token, or from elsewhere."""
    return answer(request, 403, "csrf", CSRF)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same for what is absent and what is forbidden."""
    return answer(request, 404, "not-found", NOT_FOUND)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 403, "forbidden", FORBIDDEN)


def bad(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _bare(400, "bad-request", BAD, request)


def failed(request: HttpRequest) -> HttpResponse:
    """A defect, or no database. Nothing that may itself have failed is used to say so."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = _bare(503, "not-ready", NO_DATABASE, request)
        response.headers["Retry-After"] = "3"
        return response
    return _bare(500, "failed", FAILED, request)


def _bare(status: int, code: str, text: Text, request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = json.dumps({"error": {"code": code, "sentence": text.zh, "sentence_en": text.en}})
        return HttpResponse(body, status=status, content_type="application/json")
    plain = "text/plain; charset=utf-8"
    return HttpResponse(f"{text.zh}。\n{text.en}.\n", status=status, content_type=plain)
