"""Files of a matter: adding one, reading one."""

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, documents, personal
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import signed_in
from watchroom.kernel.models import Document, Matter

from .. import steps

NO_FILE = Text("请选择文件", "Choose a file")
SAFE = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


@require_POST
@signed_in
def add(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Keep the files that were chosen."""
    matter = access.find(actor, number=number.upper())
    sent = request.FILES.getlist("file")
    act_id = steps.read_id(request.POST.get("act_id", "")) if len(sent) == 1 else None
    if not sent:
        raise Refusal(NO_FILE)
    for file in sent:
        documents.add(
            actor,
            matter.pk,
            file.name or "",
            file.chunks(),
            personal=request.POST.get("personal") == "on",
            act_id=act_id,
        )
    return HttpResponseRedirect(reverse("matter", args=[matter.number]) + "#documents")


@require_GET
@signed_in  # type: ignore[arg-type]
def read(request: HttpRequest, actor: Actor, document_id: int) -> HttpResponse | FileResponse:
    """Send a file; ask for the purpose first where it holds personal data."""
    matter = _matter(actor, document_id)
    actor = personal.for_matter(actor, request.session, matter)
    try:
        document, place = documents.read(actor, document_id)
    except Refusal as refusal:
        if refusal.code != personal.PURPOSE_NEEDED:
            raise
        return redirect(reverse("purpose", args=[matter.pk], query={"next": request.path}))
    return FileResponse(
        place.open("rb"),
        as_attachment=True,
        filename=document.name,
        content_type=document.media_type,
        headers=SAFE,
    )


def _matter(actor: Actor, document_id: int) -> Matter:
    rows = Document.objects.filter(pk=document_id).values_list("matter_id", flat=True)
    return access.find(actor, pk=rows.first())


urlpatterns = [
    path("m/<str:number>/documents/", add, name="matter-documents"),
    path("documents/<int:document_id>/", read, name="document"),
]
