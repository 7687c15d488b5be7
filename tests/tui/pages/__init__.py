"""Page objects: each screen as a person has it, for tests that read like what a person does.

They press by the id of an action, so a test holds whatever key the action has; and they wait for what comes of it.
"""

from tests.tui.pages.base import PageSeen, Seen
from tests.tui.pages.dialogs import Choices, Commands, NameTyped, OrderAnswer, Question, Sentence, Value
from tests.tui.pages.orders import (
    Conflicts,
    Explain,
    Help,
    History,
    Log,
    Mappings,
    Orders,
    Queue,
    Resolve,
    WholeOrder,
)
from tests.tui.pages.person import Person
from tests.tui.pages.sites import (
    Columns,
    Customers,
    Doctor,
    Form,
    Home,
    Preview,
    Progress,
    Properties,
    Records,
    Settings,
    Status,
    Verify,
    WholeRecord,
    Wizard,
)

# Every page of the program.
PAGES: tuple[type[PageSeen], ...] = (
    *(
        Home,
        Wizard,
        Progress,
        Status,
        Doctor,
        Settings,
        Records,
        Customers,
        Verify,
        Preview,
        WholeRecord,
        Properties,
        Columns,
    ),
    *(Conflicts, Resolve, History, WholeOrder, Orders, Queue, Log, Mappings, Explain, Help),
)
BY_PLACE = {page.kind.place: page for page in PAGES}

__all__ = [
    "BY_PLACE",
    "PAGES",
    "Choices",
    "Columns",
    "Commands",
    "Conflicts",
    "Customers",
    "Doctor",
    "Explain",
    "Form",
    "Help",
    "History",
    "Home",
    "Log",
    "Mappings",
    "NameTyped",
    "OrderAnswer",
    "Orders",
    "PageSeen",
    "Person",
    "Preview",
    "Progress",
    "Properties",
    "Question",
    "Queue",
    "Records",
    "Resolve",
    "Seen",
    "Sentence",
    "Settings",
    "Status",
    "Value",
    "Verify",
    "WholeOrder",
    "WholeRecord",
    "Wizard",
]
