"""DATABASE_URL, read once and checked, so that a wrong one is a sentence and not a traceback."""

from __future__ import annotations

from typing import Any

from watchroom.site.trouble import Trouble

_PLACES = {"host", "port", "user", "password", "dbname"}
PATIENCE = {
    "connect_timeout": "5",
    "keepalives_idle": "20",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""A server that is gone without a word is noticed within half a minute."""


def django_database(url: str, statement_s: int = 0) -> dict[str, Any]:
    """Django's DATABASES entry for `postgresql://user:password@host:port/name?option=…`.

    `statement_s`: seconds after which PostgreSQL ends a statement, and a wait for a lock after half
    of them; 0: never. What the address itself says goes first. Raises Trouble for anything that is
    not a PostgreSQL address with a database name.
    """
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    if not url.startswith(("postgresql://", "postgres://")):
        raise _wrong("it does not start with postgresql://", "它不以 postgresql:// 开头")
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise _wrong(str(error).strip(), str(error).strip()) from error
    if not parts.get("dbname"):
        raise _wrong("it names no database", "没有写数据库名")
    if not str(parts.get("port", "")).replace(",", "").isdigit() and "port" in parts:
        raise _wrong(
            f'the port "{parts["port"]}" is not a number', f"端口“{parts['port']}”不是数字"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts["dbname"],
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "OPTIONS": _limits(statement_s)
        | PATIENCE
        | {k: v for k, v in parts.items() if k not in _PLACES},
    }


def _limits(statement_s: int) -> dict[str, str]:
    if not statement_s:
        return {}
    said = {
        "statement_timeout": statement_s * 1000,
        "lock_timeout": statement_s * 500,
        "idle_in_transaction_session_timeout": max(60, 2 * statement_s) * 1000,
    }
    return {"options": " ".join(f"-c {name}={value}" for name, value in said.items())}


def _wrong(why: str, why_zh: str) -> Trouble:
    example = "postgresql://watchroom:…@127.0.0.1:5432/watchroom"
    return Trouble(
        f"DATABASE_URL 写错了（{why_zh}），应当像这样：{example}。",
        f"DATABASE_URL is wrong ({why}); it should look like {example}.",
    )


def reach(url: str) -> str:
    """Sign in once and return the server's version; Trouble says what stands in the way."""
    import psycopg

    django_database(url)
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            return str(connection.info.parameter_status("server_version"))
    except psycopg.OperationalError as error:
        # libpq explains each address it tried in several lines, the reason behind "failed:"
        said = str(error).strip().splitlines()[0].rpartition("failed: ")[2].strip()
        raise Trouble(
            f"DATABASE_URL 指向的数据库连不上（{said}）：请检查地址、用户名、密码和服务是否启动。",
            f"The database DATABASE_URL points to does not answer ({said}): check the address, "
            "the user, the password, and that the server is running.",
        ) from error
