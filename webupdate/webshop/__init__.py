"""The demo's web shop: a real django-oscar site with the sync API of `docs/sync-api.md` (extra `demo`).

Nothing outside this package imports Django; other code starts the shop by `webupdate.webshop.server`.
"""
