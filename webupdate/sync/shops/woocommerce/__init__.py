"""The connector for WooCommerce stores."""

from __future__ import annotations

from webupdate.sync.shops.woocommerce.facts import WOOCOMMERCE as WOOCOMMERCE
from webupdate.sync.shops.woocommerce.orders import Taken as Taken
from webupdate.sync.shops.woocommerce.shop import WooShop as WooShop
