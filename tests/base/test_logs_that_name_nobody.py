"""What a log says of a defect: where, not whom."""

import logging

import pytest

from watchroom.base.discreet import Plain, struck


def _logged(message: str, *values: object, error: BaseException | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, message, values, info)
    return Plain().format(record)


@pytest.mark.parametrize(
    "said",
    [
        "token wr_Zk3kXf93ab0c-d_ef",
        "Not Found: /dispatch/alerts/feed/Zk3kXf93ab0cdef/",
        "13812345678 called",
        "11010519491231002X was looked up",
        "GET /search/?q=张三丰",
        "secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ],
)
def test_secrets_and_numbers_of_citizens_are_struck_out(said: str) -> None:
    line = _logged("%s", said)
    assert "***" in line
    for secret in ("Zk3kXf93", "13812345678", "110105", "张三丰", "MfKQ9r8"):
        assert secret not in line


def test_an_error_says_where_and_not_what_was_typed() -> None:
    try:
        try:
            int("张三丰 13812345678")
        except ValueError as error:
            raise RuntimeError("could not keep 李四光") from error
    except RuntimeError as error:
        line = _logged("failed", error=error)
    assert "张三丰" not in line and "李四光" not in line
    assert "builtins.ValueError" in line and "builtins.RuntimeError" in line
    assert "test_logs_that_name_nobody.py" in line


def test_the_operating_system_is_quoted() -> None:
    line = _logged("no line", error=ConnectionRefusedError(111, "Connection refused"))
    assert "Connection refused" in line


@pytest.mark.parametrize("said", ["12 incidents", "2026-05-01 08:00", "P01 is free", "#123456"])
def test_what_names_nobody_is_said(said: str) -> None:
    assert struck(said) == said


def test_what_another_handler_wrote_before_is_not_repeated() -> None:
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), None)
    record.exc_info = (ValueError, ValueError("张三丰"), None)
    logging.Formatter().format(record)  # keeps its text with the record
    assert "张三丰" not in Plain().format(record)


def test_what_was_typed_does_not_begin_a_line_of_its_own() -> None:
    line = _logged("Not Found: %s", "/x\n2026-05-01T00:00:00.000Z INFO root: all is well")
    assert "\n" not in line


def test_the_time_is_said_in_utc() -> None:
    assert _logged("x").split(" ")[0].endswith("Z")
