"""Merkle proofs and signed notes: ours and an implementation that is not ours take and refuse the same."""

import base64
import hashlib

import metamorphic_log as foreign
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from orders.evidence.sealing import proofs, tree

LEAVES = [proofs.leaf_hash(hashlib.sha256(bytes([number])).digest()) for number in range(130)]
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = PRIVATE.public_key().public_bytes_raw()
NAME = "perci.example/simulated-ledger"
KEY = proofs.verifier_key(NAME, PUBLIC)
SIZES = st.integers(1, len(LEAVES))


def root(size):
    return proofs.root_of(LEAVES[:size])


def path(ranges):
    return [proofs.root_of(LEAVES[begin:end]) for begin, end in ranges]


def changed(draw, path):
    """A path that is another one: a bit turned, a step more, less, or two in another order."""
    kinds = ["more", *(["bit", "less"] if path else []), *(["order"] if len(set(path)) > 1 else [])]
    match draw(st.sampled_from(kinds)):
        case "bit":
            at = draw(st.integers(0, len(path) - 1))
            return [*path[:at], bytes([path[at][0] ^ 1]) + path[at][1:], *path[at + 1 :]]
        case "less":
            return path[:-1]
        case "order":
            return path[::-1] if path[::-1] != path else path[1:] + path[:1]
        case _:
            return [*path, LEAVES[0]]


def accepts(check, **arguments):
    try:
        check(**arguments)
    except (ValueError, foreign.VerifyError):
        return False
    return True


def ours_and_theirs_of_inclusion(index, size, leaf, path, under):
    return (
        accepts(proofs.check_inclusion, index=index, leaf=leaf, path=path, size=size, root=under),
        accepts(foreign.verify_inclusion, index=index, size=size, leaf_hash=leaf, proof=path, root=under),
    )


def ours_and_theirs_of_consistency(old, new, old_root, new_root, path):
    return (
        accepts(proofs.check_consistency, old=old, old_root=old_root, new=new, new_root=new_root, path=path),
        accepts(foreign.verify_consistency, size1=old, size2=new, proof=path, root1=old_root, root2=new_root),
    )


@given(SIZES, st.data())
def test_every_leaf_is_proved_to_both(size, data):
    index = data.draw(st.integers(0, size - 1))
    beside = path(tree.inclusion_ranges(index, size))
    assert ours_and_theirs_of_inclusion(index, size, LEAVES[index], beside, root(size)) == (True, True)


@given(SIZES, st.data())
def test_whatever_is_changed_in_a_proof_of_inclusion_both_refuse(size, data):
    index = data.draw(st.integers(0, size - 1))
    beside = path(tree.inclusion_ranges(index, size))
    false = changed(data.draw, beside)
    other = data.draw(st.integers(0, size + 1).filter(lambda number: number != index))
    for attempt in [
        (index, size, LEAVES[index], false, root(size)),
        (other, size, LEAVES[index], beside, root(size)),
        (index, size, LEAVES[index - 1], beside, root(size)) if size > 1 else None,
        (index, size, LEAVES[index], beside, hashlib.sha256(root(size)).digest()),
    ]:
        assert attempt is None or ours_and_theirs_of_inclusion(*attempt) == (False, False)


@given(SIZES, SIZES)
def test_every_older_tree_is_proved_to_both_to_begin_the_newer(one, other):
    old, new = sorted((one, other))
    beside = path(tree.consistency_ranges(old, new))
    assert ours_and_theirs_of_consistency(old, new, root(old), root(new), beside) == (True, True)


@given(SIZES, SIZES, st.data())
def test_whatever_is_changed_in_a_proof_of_consistency_both_refuse(one, other, data):
    old, new = sorted((one, other))
    beside = path(tree.consistency_ranges(old, new))
    false = changed(data.draw, beside)
    for attempt in [
        (old, new, root(old), root(new), false),
        (old, new, hashlib.sha256(root(old)).digest(), root(new), beside),
        (old, new, root(old), hashlib.sha256(root(new)).digest(), beside),
    ]:
        assert ours_and_theirs_of_consistency(*attempt) == (False, False)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 64, 127, 130])
def test_a_tree_that_grows_in_any_steps_has_the_root_and_the_nodes_of_one_made_at_once(size):
    digests = [hashlib.sha256(bytes([number])).digest() for number in range(130)]
    whole = tree.grown(0, [], digests)
    edge = [proofs.root_of(LEAVES[place.last_leaf + 1 - 2**place.level : place.last_leaf + 1])
            for place in tree.complete(0, size)]  # fmt: skip
    grown = tree.grown(size, edge, digests[size:])
    assert (grown.root, grown.leaves) == (root(130), LEAVES[size:])
    assert grown.nodes == [node for node in whole.nodes if node[0].last_leaf >= size]
    assert len(whole.nodes) == 130 - len(tree.complete(0, 130))  # one node joins two


def test_the_empty_tree_has_the_root_that_the_standard_says_and_begins_every_other():
    assert proofs.root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tree.consistency_ranges(0, 9) == []
    proofs.check_consistency(old=0, old_root=proofs.EMPTY_ROOT, new=9, new_root=root(9), path=[])


def note(text=None, *, name=NAME, private=PRIVATE):
    text = proofs.body(proofs.Checkpoint(NAME, 130, root(130))) if text is None else text
    signature = proofs.key_hash(name, private.public_key().public_bytes_raw()) + private.sign(text.encode())
    return f"{text}\n— {name} {base64.b64encode(signature).decode()}\n"


def test_a_checkpoint_is_opened_by_both():
    assert proofs.opened(note(), KEY) == proofs.Checkpoint(NAME, 130, root(130))
    head = foreign.checkpoint_verify(note(), [KEY])
    assert (head.origin, head.size, head.root) == (NAME, 130, root(130))


def test_lines_and_signatures_of_others_do_not_matter():
    more = note(f"{NAME}\n130\n{base64.b64encode(root(130)).decode()}\nmore\n") + "— witness.example AAAAAAAA\n"
    assert proofs.opened(more, KEY).size == 130


OTHER = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"1")
ROOT = base64.b64encode(root(130)).decode()


@pytest.mark.parametrize(
    ("text", "key", "sentence"),
    [
        (note().replace("130", "131"), KEY, "the signature of the note does not verify"),
        (note(private=OTHER), KEY, "did not sign this note"),
        (note(name="other.example/ledger"), KEY, "did not sign this note"),
        (note()[:-1], KEY, "this is no signed note"),
        (note().replace("\n\n", "\n"), KEY, "this is no signed note"),
        ("", KEY, "this is no signed note"),
        (note(f"{NAME}\n0130\n{ROOT}\n"), KEY, "this is no checkpoint"),
        (note(f"{NAME}\n-1\n{ROOT}\n"), KEY, "this is no checkpoint"),
        (note(f"{NAME}\n130\n{ROOT[:-4]}\n"), KEY, "this is no checkpoint"),
        (note(f"{NAME}\n130\n"), KEY, "this is no checkpoint"),
        (note(f"{NAME}\n130\nnot base 64\n"), KEY, "is not base 64"),
        (note(f"\n130\n{ROOT}\n"), KEY, "this is no checkpoint"),
        (note(), KEY.replace("+", "x", 1), "this is no Ed25519 key"),
        (note(), proofs.verifier_key(NAME, PUBLIC[:31]), "this is no Ed25519 key"),
        (note(), f"{NAME}+00000000+{KEY.rpartition('+')[2]}", "this is no Ed25519 key"),
    ],
)  # fmt: skip
def test_what_is_no_signed_checkpoint_of_this_key_is_refused_with_a_sentence(text, key, sentence):
    with pytest.raises(ValueError, match=sentence):
        proofs.opened(text, key)
    with pytest.raises(foreign.VerifyError):
        foreign.checkpoint_verify(text, [key])
