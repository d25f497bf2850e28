"""From a fresh clone to a working .venv and built frontend; does nothing when all is there.

    python tools/set_up.py          what `make demo` needs
    python tools/set_up.py --dev    what `make test` needs as well

Only the standard library. Packages come from the hashed lock files, through uv where it is present
or can be installed, else through pip.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def main() -> None:
    dev = "--dev" in sys.argv[1:]
    lock = ROOT / ("requirements-dev.lock" if dev else "requirements.lock")
    _install(lock)
    _run("正在构建前端 · building the frontend", str(PYTHON), str(ROOT / "tools" / "frontend.py"))
    if dev:
        _browser()


def _install(lock: Path) -> None:
    wanted = hashlib.sha256(
        lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + sys.version.encode()
    ).hexdigest()
    stamp = VENV / f".{lock.name}"
    if stamp.exists() and stamp.read_text() == wanted and PYTHON.exists():
        return
    _say("正在安装依赖（首次约一分钟）· installing packages (about a minute, once)")
    _make_venv()
    installer = _installer()
    _run("安装依赖 · install packages", *installer, "--require-hashes", "-r", str(lock))
    _run(
        "安装值守 · install Watchroom",
        *[*installer, "--no-deps", "--no-build-isolation", "-e", str(ROOT)],
    )
    stamp.write_text(wanted)


def _make_venv() -> None:
    """Debian leaves ensurepip out of its Python; then uv makes the environment, or a sentence."""
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    uv = shutil.which("uv")
    if uv:
        _run("建立虚拟环境 · make .venv", uv, "venv", "-q", "--python", sys.executable, str(VENV))
        return
    try:
        venv.create(VENV, with_pip=True, symlinks=True)
    except (subprocess.CalledProcessError, OSError):
        shutil.rmtree(VENV, ignore_errors=True)
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        _stop(
            f"这个 Python 不能建虚拟环境：请安装 python{version}-venv（或 uv）后再试。",
            f"This Python cannot make a virtual environment: install python{version}-venv "
            "(or uv) and try again.",
        )


def _installer() -> list[str]:
    """uv from the PATH, else installed into the environment, else pip."""
    uv = shutil.which("uv")
    if uv is None:
        pip = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        found = subprocess.run([*pip, "uv"], check=False, capture_output=True)
        if found.returncode != 0 or not (VENV / "bin" / "uv").exists():
            return pip
        uv = str(VENV / "bin" / "uv")
    return [uv, "pip", "install", "-q", "--python", str(PYTHON)]


def _browser() -> None:
    """Browser tests need Chromium, those of streams nats-server; without them they are skipped,
    and that is said here."""
    if shutil.which("chromium") and _streams():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _say("正在安装 Chromium 和 nats-server 供测试 · installing both for the tests")
        packages = ["chromium", "fonts-noto-cjk", "nats-server"]
        _quietly("apt-get", "update")
        _quietly("apt-get", "install", "-y", "--no-install-recommends", *packages)
    if not shutil.which("chromium"):
        _say(
            "没有 chromium，浏览器测试将被跳过 · no chromium here: browser tests will be skipped "
            "(apt install chromium fonts-noto-cjk)"
        )
    if not _streams():
        _say(
            "没有 nats-server，预警流测试将被跳过 · no nats-server here: tests of streams will be "
            "skipped (apt install nats-server)"
        )


def _streams() -> str | None:
    return shutil.which("nats-server") or shutil.which("nats-server", path="/usr/sbin")


def _quietly(*command: str) -> None:
    """Try; whether it worked is seen by what is there afterwards."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=False)


def _run(what: str, *command: str) -> None:
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        zh, _, en = what.partition(" · ")
        _stop(
            f"这一步没有成功：{zh}；原因见上文，请检查网络和磁盘后重试。",
            f"This step did not succeed: {en}; the reason stands above. Check network and disk, "
            "and try again.",
        )


def _say(text: str) -> None:
    print(f"→ {text}", flush=True)


def _stop(zh: str, en: str) -> None:
    sys.exit(f"✗ {zh}\n✗ {en}")


if __name__ == "__main__":
    main()
