"""`watchroom person` and `watchroom token`: what the operator does before anybody can sign in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from watchroom.site.trouble import Trouble

person = typer.Typer(help="人员 · People who sign in.", no_args_is_help=True)
token = typer.Typer(help="接口令牌 · Keys of machines.", no_args_is_help=True)

Agency = Annotated[str, typer.Option(help="单位代码 · Code of the agency.")]


@person.command()
def add(
    username: str,
    name: Annotated[str, typer.Option(help="姓名 · Name.")],
    agency: Agency,
    role: Annotated[str, typer.Option(help="岗位 · Key of the role.")],
) -> None:
    """添加人员并任命 · Add somebody with a post; prints a temporary password."""
    with _kernel():
        from watchroom.kernel import operator

        typer.echo(operator.add_person(username, name, agency, role))


@person.command()
def reset(username: str) -> None:
    """重置密码 · Print a temporary password for somebody."""
    with _kernel():
        from watchroom.kernel import operator

        typer.echo(operator.reset_password(username))


@token.command()
def create(
    name: str,
    agency: Agency,
    scope: Annotated[list[str], typer.Option(help="权限，可多次 · A permission; repeat it.")],
    days: Annotated[int, typer.Option(help="有效天数 · Days it holds.", min=1, max=366)] = 90,
) -> None:
    """新建令牌 · Create a token; prints its secret, once."""
    with _kernel():
        from watchroom.kernel import operator

        typer.echo(operator.create_token(name, agency, scope, days))


@contextmanager
def _kernel() -> Iterator[None]:
    """The database, Django, and refusals as the sentences of a terminal."""
    from watchroom.site.surroundings import surroundings

    with surroundings():
        import django

        django.setup()
        from watchroom.base.refusal import Refusal

        try:
            yield
        except Refusal as refusal:
            raise Trouble(refusal.text.zh, refusal.text.en) from refusal
