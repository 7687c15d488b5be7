"""The calls of the sync API. Who may call them is settled in settings.REST_FRAMEWORK: staff with a token."""

from __future__ import annotations

import oscar
from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import timezone
from oscar.core.loading import get_model
from rest_framework.request import Request
from rest_framework.views import APIView

from webupdate.sync.shops import base
from webupdate.webshop.erp import accounts, batch, contents, feed, openapi, reading
from webupdate.webshop.erp.body import NoParser, answer, decode
from webupdate.webshop.erp.checks import check_digest
from webupdate.webshop.erp.errors import Invalid, Refused
from webupdate.webshop.erp.messages import (
    AckAnswer,
    AckBody,
    CheckAnswer,
    ListingAnswer,
    ReadAnswer,
    ReadBody,
    RecordsBody,
    ResultsAnswer,
    SettingsAnswer,
    StatusBody,
)
from webupdate.webshop.erp.models import ShopSettings
from webupdate.webshop.erp.openapi import API_VERSION, MAX_BATCH

Product = get_model("catalogue", "Product")


class Check(APIView):
    def get(self, request: Request) -> HttpResponse:
        """Who answers, with a touch of the database."""
        return answer(
            CheckAnswer(
                shop="django-oscar",
                version=oscar.get_version(),
                api=API_VERSION,
                time=timezone.now(),
                currency=settings.OSCAR_DEFAULT_CURRENCY,
                max_batch=MAX_BATCH,
                items=Product.objects.count(),
            )
        )


class Records(APIView):
    def post(self, request: Request) -> HttpResponse:
        """Carry out a batch."""
        body = decode(request.data, RecordsBody)
        _check_size(len(body.records), "records")
        return answer(ResultsAnswer(batch.carry_out(body.records, body.accounts_read)))

    def get(self, request: Request) -> HttpResponse:
        """What the shop holds of a kind, page by page in the order of the keys."""
        kind = reading.reader(request.query_params.get("kind", ""))
        limit = _limit(request, 200)
        held, more = reading.page(kind, request.query_params.get("after", ""), limit)
        return answer(ListingAnswer(held, more))


class Read(APIView):
    def post(self, request: Request) -> HttpResponse:
        """What the shop holds for some keys."""
        body = decode(request.data, ReadBody)
        _check_size(len(body.keys), "keys")
        return answer(ReadAnswer(reading.read(reading.reader(body.kind), body.keys)))


class Contents(APIView):
    parser_classes = (NoParser,)

    def get(self, request: Request, digest: str) -> HttpResponse:
        """How much of a file the shop holds."""
        return answer(contents.held(check_digest(digest)))

    def put(self, request: Request, digest: str) -> HttpResponse:
        """Add a chunk to a file."""
        offset, size = (_number(request, name) for name in ("offset", "size"))
        return answer(contents.append(check_digest(digest), offset, size, request._request.read))


class Orders(APIView):
    def get(self, request: Request) -> HttpResponse:
        """Orders changed after the cursor."""
        query = request.query_params
        statuses = [status for status in query.get("statuses", "").split(",") if status]
        limit = _limit(request, 100)
        return answer(feed.page(query.get("cursor", ""), query.get("since", ""), statuses, limit))


class Settings(APIView):
    def get(self, request: Request) -> HttpResponse:
        """What the shop was told last."""
        return answer(SettingsAnswer(ShopSettings.current().approval))

    def put(self, request: Request) -> HttpResponse:
        """Take over what the site's Properties ask of the whole shop."""
        wanted = decode(request.data, base.ShopSettings)
        ShopSettings.objects.update_or_create(pk=1, defaults={"approval": wanted.approval})
        return answer(SettingsAnswer(wanted.approval))


class Accounts(APIView):
    def get(self, request: Request) -> HttpResponse:
        """Accounts that buyers made or changed after the cursor."""
        return answer(accounts.page(request.query_params.get("cursor", ""), _limit(request, 100)))


class Acknowledge(APIView):
    def post(self, request: Request) -> HttpResponse:
        """Note that orders are safely files, and give back the stock that they reserve."""
        orders = decode(request.data, AckBody).orders
        _check_size(len(orders), "orders")
        return answer(AckAnswer(feed.acknowledge(orders)))


class Status(APIView):
    def post(self, request: Request) -> HttpResponse:
        """Move an order to another status."""
        body = decode(request.data, StatusBody)
        feed.set_status(body.id, body.status)
        return answer(body)


class OpenApi(APIView):
    def get(self, request: Request) -> HttpResponse:
        """This API, described for programs."""
        return answer(openapi.document())


class Nothing(APIView):
    def http_method_not_allowed(self, request: Request, *args: object, **kwargs: object) -> HttpResponse:
        """Every other address: 404, as JSON, for those who may ask at all."""
        raise Http404(request.path)


def _check_size(count: int, what: str) -> None:
    if count > MAX_BATCH:
        message = f"The request has {count} {what}. Send at most {MAX_BATCH} at a time."
        raise Refused("batch_too_large", message, field=what, seen=count, expected=f"at most {MAX_BATCH} {what}")


def _number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "")
    if text.isascii() and text.isdigit() and len(text) < 12:
        return int(text)
    raise Invalid(f"{name} is no number of bytes.", field=name, seen=text, expected="a whole number, 0 or more")


def _limit(request: Request, default: int) -> int:
    text = request.query_params.get("limit", str(default))
    if text.isascii() and text.isdigit() and len(text) < 5 and 0 < int(text) <= MAX_BATCH:
        return int(text)
    expected = f"a whole number from 1 to {MAX_BATCH}"
    raise Invalid(f"The limit is not {expected}.", field="limit", seen=text, expected=expected)
