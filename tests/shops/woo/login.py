"""Who may do what, as recordings 01, 04, 05, 06 and 23 and section 2 of woocommerce.md have it."""

from __future__ import annotations

import base64

from tests.shops.woo.asking import Refusal, Request
from tests.shops.woo.world import Login, World

MAY = ("administrator", "shop_manager")


def admit(world: World, request: Request) -> None:
    """Raise Refusal unless the request may be carried out."""
    if request.path == "/wp-json/":
        return  # recording 01: the index needs no login
    user, secret = _basic(request)
    if request.path.startswith("/wp-json/wp/v2/"):
        _admit_to_wordpress(world, request, user, secret)
        return
    # Only the index was asked without a login; a wrong key is as good as none (recordings 04, 05).
    login = world.keys.get(user)
    if login is None:
        by_password = world.passwords.get(user)
        if by_password is None or by_password.secret != secret:
            raise _refused(401, request)
        login = by_password
    elif login.secret != secret:
        raise Refusal(401, "woocommerce_rest_authentication_error", "Consumer secret is invalid.")
    _check_rights(request, login)


def _check_rights(request: Request, login: Login) -> None:
    wanted = "read" if request.method == "GET" else "write"
    if wanted not in login.rights:  # recording 06
        text = f"The API key provided does not have {wanted} permissions."
        raise Refusal(401, "woocommerce_rest_authentication_error", text)
    if login.role not in MAY:
        raise _refused(403, request)


def _refused(status: int, request: Request) -> Refusal:
    if request.method == "GET":
        return Refusal(status, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
    return Refusal(status, "woocommerce_rest_cannot_create", "Sorry, you are not allowed to create resources.")


def _admit_to_wordpress(world: World, request: Request, user: str, secret: str) -> None:
    login = world.passwords.get(user)
    if login is None and user:  # recording 23: a shop's key is no user
        text = "<strong>Error:</strong> Unknown username. Check again or try your email address."
        raise Refusal(401, "invalid_username", text)
    if login is not None and login.secret != secret:
        raise Refusal(401, "incorrect_password", "The provided password is an invalid application password.")
    if request.method != "GET" and (login is None or login.role not in MAY):
        status = 401 if login is None else 403
        raise Refusal(status, "rest_cannot_create", "Sorry, you are not allowed to create posts as this user.")


def _basic(request: Request) -> tuple[str, str]:
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return request.query.get("consumer_key", ""), request.query.get("consumer_secret", "")
    user, _, secret = base64.b64decode(value).decode("utf-8", "replace").partition(":")
    return user, secret
