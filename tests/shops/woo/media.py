"""The media library (wp/v2/media): each upload is a new attachment, whatever its bytes (recordings 21-23, 81, 82)."""

from __future__ import annotations

import copy
import re

from tests.shops.woo.asking import Answer, Body, Refusal, Request, cut, page_of
from tests.shops.woo.world import HOST, World, recorded_body

TYPES = {"png": 21, "jpg": 21, "jpeg": 21, "gif": 21, "webp": 21, "pdf": 22}


def upload(world: World, request: Request) -> Answer:
    """POST: the body are the bytes, the name stands in Content-Disposition."""
    if 0 < world.largest[413] < len(request.body):  # of nginx, which speaks HTML
        return Answer(body="<html><h1>413 Request Entity Too Large</h1></html>", status=413)
    if 0 < world.largest[400] < len(request.body):  # PHP throws away what is over post_max_size (read in the source)
        raise Refusal(400, "rest_upload_no_data", "No data supplied.")
    named = re.search(r'filename="([^"]+)"', request.headers.get("content-disposition", ""))
    stem, _, ending = (named.group(1) if named else "").rpartition(".")
    if ending.lower() not in TYPES:  # 81: 500, and final
        text = "Sorry, you are not allowed to upload this file type."
        raise Refusal(500, "rest_upload_sideload_error", text)
    number = world.new_id("posts")
    title = request.query.get("title", own_title(request.body) or stem)
    slug = _free(world, title.lower())
    files = {row["source_url"] for row in world.media.values()}
    url = f"{HOST}/wp-content/uploads/2026/11/{stem}.{ending}"
    if url in files:
        url = f"{HOST}/wp-content/uploads/2026/11/{stem}-{number}.{ending}"
    row: Body = copy.deepcopy(recorded_body(TYPES[ending.lower()]))
    row |= {"id": number, "slug": slug, "generated_slug": slug, "title": {"raw": title, "rendered": title}}
    row |= {"source_url": url, "link": f"{HOST}/{slug}/", "mime_type": request.headers.get("content-type", "")}
    row["guid"] = {"rendered": url, "raw": url}
    world.media[number], world.files[number] = row, request.body
    location = f"{HOST}/wp-json/wp/v2/media/{number}"
    return Answer(body=cut(request, row), status=201, headers={"location": location})


def own_title(data: bytes) -> str:
    """A title inside of the picture (EXIF, IPTC), which counts before the file's name (read in the source)."""
    found = re.search(rb"<title>([^<]+)</title>", data)
    return found[1].decode() if found else ""


def listed(world: World, request: Request) -> Answer:
    """GET, by `slug`; for editing nobody may see it without a login (see login.py)."""
    found = list(world.media.values())
    if (slug := request.query.get("slug")) is not None:
        found = [row for row in found if row["slug"] in slug.split(",")]
    return page_of(request, found)


def one(world: World, request: Request, number: str) -> Answer:
    """GET one."""
    if int(number) not in world.media:
        raise Refusal(404, "rest_post_invalid_id", "Invalid post ID.")
    return Answer(body=cut(request, world.media[int(number)]))


def _free(world: World, slug: str) -> str:
    """22: the slug of what was there before gets a number."""
    taken = {row["slug"] for row in world.media.values()}
    return slug if slug not in taken else next(free for n in range(2, 999) if (free := f"{slug}-{n}") not in taken)
