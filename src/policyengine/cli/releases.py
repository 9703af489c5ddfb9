"""`policyengine book`: releases of the rule book, signed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from policyengine.cli import exits
from policyengine.cli.console import out
from policyengine.cli.options import AsOf, Root
from policyengine.overlays.layers import NATION
from policyengine.rulebook.place import find_root
from policyengine.rulebook.release import ReleaseRefusedError, new_keys, pack, verify
from policyengine.rulebook.shelf import read_shelf

book_app = typer.Typer(help="规则书发布：生成密钥、打包签名、核验", no_args_is_help=True)


@book_app.command("keys")
def keys(folder: Annotated[Path, typer.Option("--out", help="存放密钥的目录")]) -> int:
    """生成一对 Ed25519 密钥：私钥用于签发，公钥用于核验。"""
    private, public = folder / "book-private.pem", folder / "book-public.pem"
    if private.exists() or public.exists():
        raise ReleaseRefusedError(f"“{folder}”中已有密钥，不覆盖")
    folder.mkdir(parents=True, exist_ok=True)
    private_key, public_key = new_keys()
    # The private key is readable by its owner only, from the first byte on.
    with os.fdopen(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(private_key)
    public.write_bytes(public_key)
    out.print(f"私钥：{private}（请妥善保管，不要随数据分发）\n公钥：{public}", markup=False)
    return exits.DONE


@book_app.command("pack")
def pack_command(
    as_of: AsOf,
    key: Annotated[Path, typer.Option("--key", help="私钥文件", exists=True, dir_okay=False)],
    target: Annotated[Path, typer.Option("--out", help="发布件，如 320000.book.json")],
    layer: Annotated[str, typer.Option("--layer", help="层级的区划代码；000000 为全国")] = NATION,
    root: Root = None,
) -> int:
    """把一个层级在某日生效的规则书打成一个签名文件。"""
    shelf = read_shelf(find_root(root))
    book = shelf.book(as_of, layer)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(pack(book, shelf.layers[layer], key.read_bytes()))
    out.print(
        f"已签发：{target}（{shelf.layers[layer]}，规则 {len(book.rules)} 条，指纹 {book.fingerprint}）",
        markup=False,
    )
    return exits.DONE


@book_app.command("verify")
def verify_command(
    release: Annotated[Path, typer.Argument(help="发布件", exists=True, dir_okay=False)],
    key: Annotated[Path, typer.Option("--key", help="公钥文件", exists=True, dir_okay=False)],
) -> int:
    """核验发布件的签名与指纹；被改动过的，退出码为 1。"""
    try:
        found = verify(release.read_bytes(), key.read_bytes())
    except ReleaseRefusedError as error:
        out.print(str(error), style="red", markup=False)
        return exits.DOES_NOT_HOLD
    out.print(
        f"签名有效：层级 {found.layer}，{found.as_of}，规则 {found.rules} 条，指纹 {found.fingerprint}",
        style="green",
    )
    return exits.DONE
