"""Signed releases: the effective book of a layer on a day as one file, with its fingerprint and an Ed25519 signature.

The file is JSON for people and machines: what the book says in words, the canonical text of its meaning, whose
hash is the fingerprint, and a signature over all of it. Who holds the public key can tell whether a book was altered.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from policyengine.diagnostics import RefusedError
from policyengine.rulebook.fingerprint import canonical_book
from policyengine.semantics.ir import Pattern
from policyengine.semantics.words import condition_words, parameter_words, pattern_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from policyengine.rulebook.shelf import Shelf
    from policyengine.semantics.ir import Book

FORMAT = "policyengine-book/1"


class ReleaseRefusedError(RefusedError):
    """A release that cannot be trusted; the message says why."""


@dataclass(frozen=True, slots=True)
class Release:
    """A release whose signature and fingerprint hold."""

    layer: str
    as_of: str
    fingerprint: str
    rules: int


def new_keys() -> tuple[bytes, bytes]:
    """Make a private and a public key, as PEM."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private, public


def pack(book: Book, layer_name: str, private_key: bytes) -> bytes:
    """Write a book as a signed file.

    Raises:
        ReleaseRefusedError: if the key is none.

    """
    content = _content(book, layer_name)
    signature = _private(private_key).sign(_signed_bytes(content))
    return json.dumps(
        {**content, "signature": base64.b64encode(signature).decode()}, ensure_ascii=False, indent=1
    ).encode()


def verify(data: bytes, public_key: bytes) -> Release:
    """Check signature and fingerprint of a release.

    Raises:
        ReleaseRefusedError: if the file is no release, was altered, or was signed with another key.

    """
    try:
        content: dict[str, Any] = json.loads(data)
        signature = base64.b64decode(content.pop("signature"), validate=True)
        meaning, fingerprint = str(content["meaning"]), str(content["fingerprint"])
        known = content["format"] == FORMAT
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ReleaseRefusedError("文件不是规则书发布件，或已损坏") from None
    if not known:
        raise ReleaseRefusedError(f"不认识的发布件格式“{content['format']}”")
    try:
        _public(public_key).verify(signature, _signed_bytes(content))
    except InvalidSignature:
        raise ReleaseRefusedError("签名不符：发布件被改动过，或不是用这把密钥签发的") from None
    if _hash(meaning) != fingerprint:
        raise ReleaseRefusedError("指纹不符：发布件的内容与其指纹不一致")
    return Release(str(content["layer"]), str(content["as_of"]), fingerprint, len(content["rules"]))


def check_signed(
    shelf: Shelf, as_of: date, layers: Iterable[str], releases: Iterable[bytes], public_key: bytes
) -> None:
    """Check that the book of every layer in use is one that was released and signed.

    Raises:
        ReleaseRefusedError: naming every layer whose book was altered or never released.

    """
    signed = {(one.layer, one.fingerprint) for data in releases for one in (verify(data, public_key),)}
    released = {layer for layer, _ in signed}
    wrong = []
    for layer in layers:
        if (layer, shelf.book(as_of, layer).fingerprint) not in signed:
            why = "与签发的不一致，可能被改动过" if layer in released else "没有签发件"
            wrong.append(f"{shelf.layers[layer]}（{layer}）的规则书{why}")
    if wrong:
        raise ReleaseRefusedError("；".join(wrong))


def _content(book: Book, layer_name: str) -> dict[str, Any]:
    meaning = canonical_book(book)
    return {
        "format": FORMAT,
        "layer": book.layer,
        "layer_name": layer_name,
        "as_of": book.as_of.isoformat(),
        "fingerprint": book.fingerprint,
        "rules": [
            {
                "id": rule.id,
                "title": rule.title,
                "clause": rule.clause,
                "quotations": list(rule.quotations),
                "modality": str(rule.modality),
                "applies": condition_words(rule.applies, book),
                "requires": (
                    pattern_words(rule.requires, book)
                    if isinstance(rule.requires, Pattern)
                    else condition_words(rule.requires, book)
                ),
                "layer": rule.layer,
            }
            for rule in book.rules
        ],
        "parameters": [
            {
                "name": one.name,
                "words": parameter_words(one.name, book),
                "layer": one.current.layer,
                "since": one.current.since.isoformat(),
                "basis": str(one.current.basis),
                "source": one.current.source,
            }
            for one in book.parameters.values()
        ],
        "meaning": meaning,
    }


def _signed_bytes(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _hash(meaning: str) -> str:
    return hashlib.sha256(meaning.encode()).hexdigest()[:32]


def _private(pem: bytes) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        raise ReleaseRefusedError("私钥文件读不出来，应是 PEM 格式的 Ed25519 私钥") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ReleaseRefusedError("私钥不是 Ed25519 密钥")
    return key


def _public(pem: bytes) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(pem)
    except ValueError:
        raise ReleaseRefusedError("公钥文件读不出来，应是 PEM 格式的 Ed25519 公钥") from None
    if not isinstance(key, Ed25519PublicKey):
        raise ReleaseRefusedError("公钥不是 Ed25519 密钥")
    return key
