"""`watchroom keys`: rotating what the installation keeps secret."""

from __future__ import annotations

import typer

keys = typer.Typer(help="密钥 · Secrets and keys.", no_args_is_help=True)


@keys.command()
def rotate(
    trail: bool = typer.Option(
        False, "--trail", help="改换留痕签名密钥 · The trail's signing key instead."
    ),
) -> None:
    """换新主密钥，旧的仍可解开旧数据 · A new secret; the old one still opens what it closed."""
    from watchroom.site import keys as kept
    from watchroom.site.postgres import data_folder

    data = data_folder()
    if trail:
        aside = kept.rotate_trail_key(data)
        typer.echo(
            f"下次导出留痕时生成新的签名密钥；旧密钥保存为 {aside}。请重新抄录公钥并另处保存。\n"
            f"The next export makes a new signing key; the old one lies in {aside}. "
            "Note the new public key down elsewhere."
        )
        return
    kept.rotate(data)
    typer.echo(
        "已生成新主密钥。请重启 serve、live、worker，再运行 watchroom keys reseal。\n"
        "A new secret was made. Start serve, live and worker again, then run "
        "watchroom keys reseal."
    )


@keys.command()
def reseal() -> None:
    """用新密钥重新加密，并丢弃旧密钥 · Seal everything anew, then forget the old secrets."""
    from watchroom.site import keys as kept
    from watchroom.site.postgres import data_folder
    from watchroom.site.surroundings import surroundings

    with surroundings():
        import django

        django.setup()
        from watchroom.kernel import sealing

        count = sealing.reseal()
        gone = kept.forget_old(data_folder())
    typer.echo(
        f"重新加密 {count} 项，丢弃旧密钥 {gone} 个。\n"
        f"{count} secrets sealed anew, {gone} old keys forgotten."
    )
