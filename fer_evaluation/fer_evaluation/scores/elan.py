# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Reads the annotations of ELAN's own file, `.eaf` (its format 2.7 to 3.0, mpi.nl/tools/elan)."""

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from fer_evaluation.errors import EvaluationError

Span = tuple[float | None, float | None]
"""From and to, seconds; None where the file puts an end nowhere."""


def read_elan(text: str, where: str) -> list[tuple[Span, str, str]]:
    """Return every annotation of every tier with its time and whose it is: the tier's participant, else its name.

    A boundary without a time of its own lies, as ELAN shows it, evenly between the ones that have one. An annotation
    that refers to another one has that one's time; several that divide one share it evenly.

    Raises:
        EvaluationError: it is no whole file; `where` names it.
    """
    if "<!ENTITY" in text:
        raise EvaluationError(f"labels '{where}' declare entities, which ELAN never does; save the file again in ELAN")
    try:
        root = ElementTree.fromstring(text.encode())
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise EvaluationError(f"labels '{where}' are no whole ELAN file ({error})") from error
    values = {slot.get("TIME_SLOT_ID"): slot.get("TIME_VALUE") or "" for slot in root.iter("TIME_SLOT")}
    times = {slot: float(value) / 1000 for slot, value in values.items() if slot and value.isdecimal()}
    spans: dict[str, Span] = {}
    found: list[tuple[str, str, str]] = []
    for tier in root.iter("TIER"):
        own = list(tier.iter("ALIGNABLE_ANNOTATION"))
        ends = [(one.get("TIME_SLOT_REF1", ""), one.get("TIME_SLOT_REF2", "")) for one in own]
        known = times | _between(ends, times)
        for one, (start, end) in zip(own, ends):
            spans[one.get("ANNOTATION_ID", "")] = known.get(start), known.get(end)
        who = tier.get("PARTICIPANT") or tier.get("TIER_ID") or ""
        found += [(one.get("ANNOTATION_ID", ""), one.findtext("ANNOTATION_VALUE") or "", who)
                  for one in tier.iter() if one.tag in ("ALIGNABLE_ANNOTATION", "REF_ANNOTATION")]  # fmt: skip
    while _refer(root, spans):  # a tier further each time: one that refers may be referred to
        pass
    return [(spans.get(name, (None, None)), word.strip(), who) for name, word, who in found]


def _between(ends: Sequence[tuple[str, str]], times: Mapping[str, float]) -> dict[str, float]:
    """Return the times of a tier's boundaries that have none: from one that has to the next one, evenly."""
    follows = dict(ends)
    found: dict[str, float] = {}
    for first in [start for start, _ in ends if start in times]:
        chain = [first]
        while chain[-1] in follows and (len(chain) == 1 or chain[-1] not in times) and len(chain) <= len(ends):
            chain.append(follows[chain[-1]])
        if chain[-1] in times:
            step = (times[chain[-1]] - times[first]) / max(1, len(chain) - 1)
            found |= {slot: times[first] + place * step for place, slot in enumerate(chain) if slot not in times}
    return found


def _refer(root: ElementTree.Element, spans: dict[str, Span]) -> bool:
    """Give annotations that refer to one with a time theirs; whether there were any."""
    found: dict[str, Span] = {}
    for tier in root.iter("TIER"):
        shares: dict[str, list[ElementTree.Element]] = {}
        for one in tier.iter("REF_ANNOTATION"):
            if one.get("ANNOTATION_ID", "") not in spans:
                shares.setdefault(one.get("ANNOTATION_REF", ""), []).append(one)
        for of, ones in shares.items():
            start, end = spans.get(of, (None, None))
            if start is None or end is None:
                continue
            step = (end - start) / len(ones)
            for place, one in enumerate(_in_order(ones)):
                found[one.get("ANNOTATION_ID", "")] = start + place * step, start + (place + 1) * step
    spans |= found
    return bool(found)


def _in_order(ones: Sequence[ElementTree.Element]) -> list[ElementTree.Element]:
    """Return annotations that divide one in the order that they name: each one the one before it."""
    after = {one.get("PREVIOUS_ANNOTATION"): one for one in ones}
    ordered = [after[None]] if None in after else []
    while ordered and len(ordered) < len(ones) and ordered[-1].get("ANNOTATION_ID") in after:
        ordered.append(after[ordered[-1].get("ANNOTATION_ID")])
    return ordered if len(ordered) == len(ones) else list(ones)
