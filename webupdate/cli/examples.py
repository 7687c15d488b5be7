"""Examples of each command, as its --help shows them. A test runs the words of each through the parser."""

from __future__ import annotations

# By command: the words behind `webupdate` as they are typed, and what they do.
EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "": (
        ("status", "how all is, in words"),
        ("--data /var/lib/webupdate log -f", "what a service with that data folder does now"),
        ("--calm --no-mouse", "the screens over a slow line, the mouse left to the terminal"),
        ("--headless", "the sync without screens, until Ctrl-C"),
    ),
    "status": (("status", "how all companies are"), ("status --json", "the same for a script")),
    "progress": (
        ("progress", "what each action did last, of the only company"),
        ("progress Northwind --site b2b --json", "of one site, for a script"),
    ),
    "problems": (
        ("problems Northwind", "what is wrong in the export files, and records that can't go"),
        ("problems Northwind --only prices --json", "only of one file or kind, for a script"),
    ),
    "release": (
        ("release Northwind inventory", "let the held inventory file pass, this version of it only"),
        ("release Northwind prices --site b2b", "let what is held of one site go"),
    ),
    "group": (("group ebmsadmins", "members of that group may use the data folder"), ("group -", "only the owner may")),
    "log": (
        ("log -n 20", "the last 20 events"),
        ("log -f --level warning", "what goes wrong, as it happens"),
        ("log Northwind --grep CHAI-01 --json", "all that is known of an item, for a script"),
    ),
    "sync": (
        ("sync", "now, of the only company; ends with the cycle"),
        ("sync 'Northwind Traders' --no-wait", "of one of several; only asks the engine that runs"),
    ),
    "pause": (("pause Northwind", "nothing is sent or taken any more"),),
    "resume": (("resume Northwind", "it goes on"),),
    "companies add": (
        (
            "companies add name='Northwind Traders' export_folder=/srv/ebms/export "
            "order_folder=/srv/ebms/import address=https://shop.example token=-",
            "token=- asks for the token, token=@FILE reads it: so it is not in the shell's history",
        ),
    ),
    "companies add-site": (
        (
            "companies add-site Northwind site=b2b address=https://b2b.example token=-",
            "a second shop; asks for its token",
        ),
    ),
    "companies list": (
        ("companies list", "names, sites and addresses"),
        ("companies list --json", "with all properties"),
    ),
    "companies set": (
        ("companies set Northwind interval=20", "look every 20 seconds"),
        ("companies set Northwind --site b2b token=-", "another token for one site; asks for it"),
    ),
    "companies get": (
        ("companies get Northwind", "all properties, without secrets"),
        ("companies get Northwind address --site b2b", "one of them"),
        ("companies get Northwind --json", "for a script"),
    ),
    "companies export": (
        ("companies export Northwind", "to the screen"),
        ("companies export Northwind northwind.json", "to a file"),
    ),
    "companies import": (("companies import northwind.json", "make or change the company of that file"),),
    "companies test": (
        ("companies test Northwind", "reach each shop and log in; changes nothing"),
        ("companies test Northwind outlet", "only that site's"),
    ),
    "companies pause": (("companies pause Northwind", "nothing is sent or taken any more"),),
    "companies resume": (("companies resume Northwind", "it goes on"),),
    "companies remove": (("companies remove Northwind", "asks for the name first"),),
    "columns": (
        ("columns Northwind", "what every heading means"),
        ("columns Northwind inventory --accept", "take what is proposed"),
        ("columns Northwind prices --set 'Item no.=ID' --constant LEVEL=Retail", "say what a file does not"),
    ),
    "customers": (
        ("customers Northwind", "the questions, with their numbers"),
        ("customers Northwind resolve 3 --link ALFKI", "the account is that customer"),
        ("customers Northwind resolve 4 --take ADDRESS1=web --take PHONE=ebms", "field by field"),
    ),
    "conflicts": (("conflicts", "what waits, oldest first"), ("conflicts Northwind --json", "the same for a script")),
    "conflict": (
        ("conflict 12", "one order, with the answers that can be given"),
        ("conflict '#100014' --history", "by the shop's number"),
    ),
    "retry": (("retry Northwind", "once what was wrong is mended"),),
    "queue": (
        ("queue", "the newest 50 that wait, with the reason"),
        ("queue Northwind --entity prices -n 500", "more, of one kind"),
    ),
    "orders": (
        ("orders -n 10", "the last ten"),
        ("orders Northwind --state waits", "those that wait for an answer"),
        ("orders --find 'Maria Anders' --json", "all of a buyer, for a script"),
    ),
    "mappings list": (("mappings list Northwind", "with their numbers"),),
    "mappings export": (("mappings export Northwind mappings.csv", "as CSV, UTF-8"),),
    "mappings import": (
        ("mappings import Northwind mappings.csv", "all of it, or nothing"),
        ("mappings import Northwind mappings.csv --skip-wrong", "the lines that are right"),
    ),
    "mappings set": (("mappings set Northwind item CHAI CHAI-01", "the web's CHAI is EBMS's CHAI-01"),),
    "mappings remove": (("mappings remove Northwind 3", "see: webupdate mappings list"),),
    "complete-upload": (
        ("complete-upload Northwind --site b2b", "all records of one site go again"),
        ("complete-upload Northwind --cancel", "turn it off"),
    ),
    "reload": (
        ("reload Northwind prices", "all prices go again"),
        ("reload Northwind inventory --site b2b", "all that comes from a file, to one site"),
    ),
    "explain": (
        ("explain Northwind CHAI-01", "why the shop shows this item so"),
        ("explain Northwind 100014 --kind orders --offline", "the way of an order, without asking the shop"),
    ),
    "preview": (
        ("preview Northwind", "what would be sent now"),
        ("preview Northwind --entity prices --find CHAI", "only some of it"),
    ),
    "begin": (("begin Northwind", "shows what the first run would do, and asks"),),
    "verify": (
        ("verify Northwind", "list what differs; changes nothing"),
        ("verify Northwind --entity prices --fix", "send what differs again"),
    ),
    "support test": (("support test Northwind", "send a test message"),),
    "doctor": (
        ("doctor", "what is off, and what to do"),
        ("doctor --offline --json", "for a script or a monitor; asks no shop"),
        ("doctor --bundle support.txt", "all that support needs to know, without secrets"),
    ),
    "keys": (("keys", "all keys of the screens"), ("keys --json", "for a script")),
    "completion": (
        ("completion bash > ~/.local/share/bash-completion/completions/webupdate", "for all bash shells to come"),
        ("completion fish > ~/.config/fish/completions/webupdate.fish", "the same for fish"),
    ),
    "demo": (
        ("demo", "with screens; says where the shop is"),
        ("demo --headless --port 9443", "without screens, at another port"),
    ),
}


def shown(command: str) -> str:
    """The examples of a command (its words, "" for the program) as --help shows them; "" if it has none."""
    lines = []
    for words, meaning in EXAMPLES.get(command, ()):
        lines += [f"  webupdate {words}", f"      {meaning}"]
    return "\n".join(["examples:", *lines]) if lines else ""
