"""The two steps of the checkout that Oscar leaves to the shop: choosing a payment, placing the order."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import FormView
from oscar.apps.checkout import exceptions, views
from oscar.apps.order.exceptions import UnableToPlaceOrder
from oscar.apps.payment.exceptions import UnableToTakePayment
from oscar.core.loading import get_model

from webupdate.webshop.erp.models import ItemInfo, PayOption
from webupdate.webshop.storefront.payment import options_for

Source = get_model("payment", "Source")
SourceType = get_model("payment", "SourceType")
StockRecord = get_model("partner", "StockRecord")

REFERENCE_LENGTH = 20  # EBMS keeps no more of a purchase order number


class PaymentForm(forms.Form):
    """Which option, and the customer's own order number. No card number is ever asked for."""

    option = forms.ChoiceField(widget=forms.RadioSelect(attrs={"class": "form-check-input"}), label="Pay by")
    reference = forms.CharField(required=False, max_length=REFERENCE_LENGTH, label="Your order number (optional)")

    def __init__(self, *args: Any, options: list[PayOption], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(option.code, _label(option)) for option in options]
        self.fields["option"].choices = choices
        if choices:
            self.fields["option"].initial = choices[0][0]


def _label(option: PayOption) -> str:
    return f"{option.name} (due in {option.due_days} days)" if option.due_days.strip("0") else option.name


class PaymentMethodView(views.PaymentMethodView, FormView):
    """Shows the options of the customer's terms."""

    template_name = "oscar/checkout/payment_method.html"
    form_class = PaymentForm
    # Oscar skips this page when there is nothing to pay, and the preview sends back here.
    skip_conditions: list[str] = []  # noqa: RUF012  Oscar's way

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.get_form())
        return super().get_context_data(**kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"options": options_for(self.request.user)}

    def form_valid(self, form: PaymentForm) -> HttpResponse:
        self.checkout_session.pay_by(form.cleaned_data["option"])
        self.checkout_session._set("payment", "reference", form.cleaned_data["reference"])
        # without it the order would have no billing address
        self.checkout_session.bill_to_shipping_address()
        return self.get_success_response()

    def get_success_url(self) -> str:
        return reverse("checkout:preview")


class PaymentDetailsView(views.PaymentDetailsView):
    """Preview and placing of the order. Nothing is charged: the ERP's side takes the payment."""

    def chosen(self) -> PayOption | None:
        """The option chosen, checked each time: terms may have changed since."""
        code = self.checkout_session.payment_method()
        return next((option for option in options_for(self.request.user) if option.code == code), None)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.preview:
            return redirect("checkout:payment-method")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"pay_option": self.chosen(), "pay_reference": self.reference}

    @property
    def reference(self) -> str:
        return self.checkout_session._get("payment", "reference") or ""

    def check_payment_data_is_captured(self, request: HttpRequest) -> None:
        if self.chosen() is None:
            raise exceptions.FailedPreCondition(
                url=reverse("checkout:payment-method"), message="Please choose how to pay."
            )

    def handle_payment(self, order_number: str, total: Any, **kwargs: Any) -> None:
        option = self.chosen()
        if option is None:
            raise UnableToTakePayment("Please choose how to pay.")
        source_type, _ = SourceType.objects.get_or_create(code=option.code, defaults={"name": option.name})
        self.add_payment_source(
            Source(
                source_type=source_type,
                currency=total.currency,
                amount_allocated=total.incl_tax,
                label=option.name,
                reference=self.reference,
            )
        )

    def handle_order_placement(self, order_number: str, user: Any, basket: Any, *args: Any, **kw: Any) -> Any:
        # One transaction: no reader shall see an order without its payment, no two buyers the same piece.
        with transaction.atomic():
            _check_stock(basket)
            return super().handle_order_placement(order_number, user, basket, *args, **kw)


def _check_stock(basket: Any) -> None:
    """Raise UnableToPlaceOrder if something has been sold or closed since it was put into the basket."""
    wanted: Counter[int] = Counter()
    for line in basket.all_lines():
        wanted[line.stockrecord_id] += line.quantity
    records = StockRecord.objects.in_bulk(list(wanted))
    infos = ItemInfo.objects.in_bulk([record.product_id for record in records.values()])
    for pk, quantity in wanted.items():
        record = records[pk]
        left = max(0, record.net_stock_level)
        if not infos[record.product_id].oversell and quantity > left:
            title = record.product.get_title()
            raise UnableToPlaceOrder(
                f"Only {left} of '{title}' are left, your basket has {quantity}. Please change your basket."
            )
