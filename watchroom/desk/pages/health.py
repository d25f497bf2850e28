"""For load balancers and watchdogs. They say nothing that a stranger may not know."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

_migrated = False


def alive(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return JsonResponse({"alive": True})


def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and has the tables this code expects."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        migrated = _is_migrated()
    except DatabaseError:
        return JsonResponse({"ready": False, "database": False}, status=503)
    body = {"ready": migrated, "database": True, "migrated": migrated}
    return JsonResponse(body, status=200 if migrated else 503)


def _is_migrated() -> bool:
    """Asked until it is so; it stays so as long as this process lives."""
    global _migrated  # noqa: PLW0603
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


urlpatterns = [path("healthz", alive, name="healthz"), path("readyz", ready, name="readyz")]
