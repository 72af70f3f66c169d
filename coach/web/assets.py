"""The static files: read once, addressed by their content, compressed once."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Request, Response

router = APIRouter()
_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """One static file; ``digest`` is the first eight hex digits of its SHA-256."""

    body: bytes
    packed: bytes
    digest: str
    media_type: str


@cache
def _all() -> dict[str, Asset]:
    """Every file of the static folder whose type we serve, by name."""
    folder = files("coach.web") / "static"
    found = ((file.name, file.read_bytes()) for file in folder.iterdir() if file.name.rpartition(".")[2] in _TYPES)
    return {name: _asset(name, body) for name, body in found}


def _asset(name: str, body: bytes) -> Asset:
    digest = hashlib.sha256(body).hexdigest()[:8]
    return Asset(body, gzip.compress(body, 9, mtime=0), digest, _TYPES[name.rpartition(".")[2]])


def url(name: str) -> str:
    """The address of a static file; it changes when the file does. KeyError for a name that does not exist."""
    return f"/static/{name}?v={_all()[name].digest}"


@router.get("/static/{name}", include_in_schema=False)
def serve(name: str, request: Request, v: str = "") -> Response:
    """A static file: kept forever under its own digest, revalidated under any other address."""
    asset = _all().get(name)
    if asset is None:
        return Response(status_code=404, media_type="text/plain")
    headers = {
        "Cache-Control": _FOREVER if v == asset.digest else "no-cache",
        "ETag": f'"{asset.digest}"',
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=asset.media_type)
    return Response(asset.body, headers=headers, media_type=asset.media_type)
