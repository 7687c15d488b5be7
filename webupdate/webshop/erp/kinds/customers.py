"""Customers: Django's user, CustomerInfo, and an address in Oscar's address book."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db.models import F, Value
from django.db.models.functions import Concat, Lower

from webupdate.sync.shops import base
from webupdate.webshop.erp.cursor import number_of
from webupdate.webshop.erp.errors import Refused
from webupdate.webshop.erp.job import Job, Loaded, keys_behind, without_deleted
from webupdate.webshop.erp.kinds.addresses import write_addresses
from webupdate.webshop.erp.models import CustomerInfo

_USER_FIELDS = ["username", "email", "first_name", "last_name", "is_active", "password"]
_INFO_FIELDS = [field.name for field in CustomerInfo._meta.fields if field.name not in ("user", "key")]
# These stand in CustomerInfo under the record's own names.
_SAME = [name for name in _INFO_FIELDS if name in base.Customer.__struct_fields__]


def put(jobs: list[Job]) -> None:
    """Make or change the accounts, without a usable password: none is hashed."""
    users = _Accounts(jobs)
    for job in jobs:
        users.claim(job)
    jobs = [job for job in jobs if job.open]
    users.save()
    infos = [_info(job, users.of[job.key]) for job in jobs]
    CustomerInfo.objects.bulk_create(infos, update_conflicts=True, unique_fields=["user"], update_fields=_INFO_FIELDS)
    write_addresses(infos)
    for job in jobs:
        job.id = str(users.of[job.key].pk)


def hide(jobs: list[Job]) -> None:
    """Nobody can log in to these accounts any longer."""
    keys = [job.key for job in jobs]
    User.objects.filter(erp__key__in=keys).update(is_active=False)
    ids = dict(CustomerInfo.objects.filter(key__in=keys).values_list("key", "user_id"))
    for job in jobs:
        job.id = str(ids[job.key]) if job.key in ids else None


def delete(jobs: list[Job]) -> None:
    """As hide, and the login is free again. Orders point to the row."""
    hide(jobs)
    gone = User.objects.filter(erp__key__in=[job.key for job in jobs])
    gone.update(username=Concat(Value("deleted-"), "pk"), email="")


def load(keys: list[str]) -> dict[str, Loaded]:
    """What the shop holds, by the ERP's customer id."""
    infos = CustomerInfo.objects.filter(key__in=keys).select_related("user")
    return {info.key: Loaded(str(info.user_id), as_record(info)) for info in infos}


def keys(after: str, limit: int) -> list[str]:
    """The next customer ids. An account that has none was made in the shop: see the accounts feed."""
    return keys_behind(without_deleted(CustomerInfo.objects, "customers", "key"), "key", after, limit)


def as_record(info: CustomerInfo) -> base.Customer:
    """What the ERP sent last, in the account and beside it."""
    user = info.user
    return base.Customer(
        login=user.username,
        email=user.email,
        first_name=user.first_name,
        last_name=user.last_name,
        active=user.is_active,
        **{name: getattr(info, name) for name in _SAME},
    )


def _info(job: Job, user: User) -> CustomerInfo:
    return CustomerInfo(user=user, key=job.key, **{name: getattr(job.data, name) for name in _SAME})


class _Accounts:
    """The accounts that a batch is about, and who has which login."""

    def __init__(self, jobs: list[Job]) -> None:
        lower = [job.data.login.lower() for job in jobs]
        own = User.objects.filter(erp__key__in=[job.key for job in jobs])
        meant = User.objects.filter(pk__in=[number_of(job.account) for job in jobs], erp=None)
        named = User.objects.annotate(name=Lower("username")).filter(name__in=lower)
        free = User.objects.annotate(mail=Lower("email")).filter(mail__in=lower, erp=None)
        queries = (own, meant, named, free)
        found = {user.pk: user for query in queries for user in query.select_related("erp", "erp_mark")}
        self.of = {user.erp.key: user for user in found.values() if hasattr(user, "erp")}
        self.holders = {user.username.lower(): user for user in found.values()}
        self.free = {user.email.lower(): user for user in found.values() if _is_free(user)}
        self.meant = {user.pk: user for user in found.values() if _is_free(user)}
        self.renamed: list[int] = []
        self.touched: list[User] = []

    def claim(self, job: Job) -> None:
        """Give the customer its account; refuse a login that somebody else has."""
        login = job.data.login.lower()
        user = self.of.get(job.key) or self._free(job, login) or User(password=make_password(None))
        holder = self.holders.get(login, user)
        if holder is not user:
            job.error = _taken(job.data.login)
            return
        if _changed(user, job):
            job.error = _unread(job.key)
            return
        if user.pk and user.username != job.data.login:
            self.holders.pop(user.username.lower(), None)
            self.renamed.append(user.pk)
        self.holders[login] = user
        self.free.pop(user.email.lower(), None)
        self.meant.pop(user.pk, None)
        self.of[job.key] = user
        self.touched.append(user)
        _fill(user, job.data)

    def _free(self, job: Job, login: str) -> User | None:
        """The account that the customer takes over: the one that the ERP names, else the one of that e-mail."""
        return self.meant.get(number_of(job.account)) or self.free.get(login)

    def save(self) -> None:
        """Write all accounts."""
        # Two may exchange logins: the old ones must be out of the way.
        User.objects.filter(pk__in=self.renamed).update(username=Concat(Value("renamed-"), F("pk")))
        old = [user for user in self.touched if user.pk]
        User.objects.bulk_create(old, update_conflicts=True, unique_fields=["id"], update_fields=_USER_FIELDS)
        User.objects.bulk_create([user for user in self.touched if not user.pk])


def _is_free(user: User) -> bool:
    """An account that somebody made in the shop: the ERP's customer of the same e-mail takes it over."""
    return bool(user.email) and not user.is_staff and not hasattr(user, "erp")


def _changed(user: User, job: Job) -> bool:
    """Whether the buyer changed the account after the ERP's side had read the accounts: then it must merge first."""
    mark = getattr(user, "erp_mark", None) if user.pk else None
    return mark is not None and job.accounts_read is not None and mark.updated_at > job.accounts_read


def _unread(key: str) -> Refused:
    message = f"The account of {key!r} was changed in the shop after the accounts were read. Read them and merge."
    return Refused("changed", message, field="accounts_read", seen=key, expected="a cursor behind the change")


def _fill(user: User, data: base.Customer) -> None:
    user.username = data.login
    user.email = data.email
    user.first_name = data.first_name
    user.last_name = data.last_name
    user.is_active = data.active
    is_demo = settings.SHOP_DEMO_LOGIN and settings.SHOP_DEMO_LOGIN in (data.login, data.email)
    if is_demo and not user.has_usable_password():
        user.password = make_password(settings.SHOP_DEMO_PASSWORD)


def _taken(login: str) -> Refused:
    message = f"Another customer has the login {login!r}. Give one of the two another login."
    return Refused("taken", message, field="login", seen=login, expected="a login that nobody has")
