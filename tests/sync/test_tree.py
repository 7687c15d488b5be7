"""What is wrong with the categories as a whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webupdate.sync.tree import Node, check_tree, hidden_branches


def node(parent: str, *, line: int = 2, shown: bool = True) -> Node:
    return Node(line, parent, "Teas", shown)


def test_a_good_tree_has_nothing_to_say() -> None:
    tree = {"1": node(""), "11": node("1"), "111": node("11")}
    assert list(check_tree(tree, "categories.csv")) == []
    assert hidden_branches(tree) == {}


def test_a_missing_parent_and_a_circle_are_named() -> None:
    tree = {"1": node("99", line=2), "2": node("3", line=3), "3": node("2", line=4), "4": node("3"), "5": node("5")}
    missing, circle, itself = check_tree(tree, "categories.csv saved 09:14")
    assert missing.message.startswith("categories.csv saved 09:14, row 2, 1 Teas: PARENT_ID 99 is no TREE_ID")
    assert (circle.key, circle.seen) == ("2", "3") and "2 → 3 → 2" in circle.message
    assert "5 → 5" in itself.message


def test_a_branch_below_a_hidden_category_is_counted_once() -> None:
    tree = {"1": node("", shown=False), "2": node("1"), "3": node("2"), "4": node("3", shown=False), "5": node("4")}
    assert hidden_branches(tree) == {"1": 2, "4": 1}


KEYS = st.sampled_from("abcdef")


@given(st.dictionaries(KEYS, st.tuples(st.sampled_from(["", *"abcdefx"]), st.booleans())))
def test_every_category_reaches_the_root_or_is_complained_of(parents: dict[str, tuple[str, bool]]) -> None:
    tree = {key: Node(2, parent, "", shown) for key, (parent, shown) in parents.items()}
    blamed = {complaint.key for complaint in check_tree(tree, "f")}
    hidden_branches(tree)
    for key in tree:
        way = [key]
        while way[-1] in tree and tree[way[-1]].parent not in ("", *way):
            way.append(tree[way[-1]].parent)
        end = way[-1]
        assert (end in tree and tree[end].parent == "") or bool(blamed & {*way, *tree})
