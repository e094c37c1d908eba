"""Lesson 13: who sends a message, whom it reaches, and what is left when the sender closes.

Both models are ours and illustrative. They put several groups, with trust in the sender and
contact between groups, into Bass's (1969) model of how a new thing spreads.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from improving.models.card import ModelCard
from improving.models.ranges import require_between, require_choice

Vector = NDArray[np.float64]

YEARS = 10
"""How far both models look ahead."""

GROUPS = ("Executives", "Nurses and managers", "Doctors", "Staff outside hospital")
"""The four groups, in the order of every list of four."""

CENTRE = (1.5, 0.8, 0.3, 0.15)
PEERS = (1.0, 0.8, 0.8, 0.6)

SENDERS = {
    "centre": CENTRE,
    "board": (1.2, 0.9, 0.45, 0.2),
    "both": tuple((c + p) / 2 for c, p in zip(CENTRE, PEERS, strict=True)),
    "peers": PEERS,
}
"""Trust of the four groups in each sender; 1 is the trust that gives Bass's own rate."""

TOTAL_TRUST = sum(CENTRE)
"""The trust of the four groups in the centre, added up: 2.75."""

OUTREACH = 0.03
"""Share of those not yet reached who join each year on the message alone, at a trust of 1."""

TALK = 0.38
"""How fast colleagues who have joined bring in others, per year."""

STEPS_PER_YEAR = 4
COLUMNS = [name.lower().replace(" ", "_") + "_pct" for name in GROUPS]


def reach(
    sender: str = "centre",
    own_group_pct: float = 90,
    same_total: bool = False,
    talk: float = TALK,
) -> pd.DataFrame:
    r"""Follow the share of four groups whom a message reaches in 10 years.

    With :math:`A_g` the share of group :math:`g` reached, :math:`\tau_g` its trust in the
    sender and :math:`W` who meets whom,

    .. math::
        \dot A_g = \Bigl( p_0 \tau_g + q \sum_h W_{gh} A_h \Bigr) (1 - A_g), \qquad A_g(0) = 0,

    where :math:`W_{gg}` is the contact inside a group and the rest is shared equally among
    the other three. Runge and Kutta's fourth-order rule solves it, 4 steps to a year.

    Parameters
    ----------
    sender
        One of `SENDERS`.
    own_group_pct
        How much of people's contact stays inside their own group, percent, 0 to 100. At 25
        everybody meets all groups equally.
    same_total
        Whether to scale the sender's trust so that the four groups add up to `TOTAL_TRUST`.
    talk
        :math:`q`, how fast colleagues bring in others, per year, 0 (not at all) to 1.

    Returns
    -------
    pandas.DataFrame
        ``year`` from 0 to 10 in half years, and for each of `GROUPS` the share reached
        (``executives_pct``, ``nurses_and_managers_pct``, ``doctors_pct``,
        ``staff_outside_hospital_pct``).

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Bass (1969), A new product growth for model consumer durables,
    doi:10.1287/mnsc.15.5.215. Groups, trust and contact are our addition.
    """
    require_choice("sender", sender, list(SENDERS))
    require_between("talk", talk, 0, 1)
    meets = _contact(own_group_pct)
    trust = np.array(SENDERS[sender])
    if same_total:
        trust = trust * TOTAL_TRUST / trust.sum()

    path = _follow(
        lambda reached: (OUTREACH * trust + talk * meets @ reached) * (1 - reached),
        np.zeros(len(GROUPS)),
        YEARS,
    )[:: STEPS_PER_YEAR // 2]
    return pd.DataFrame(
        {"year": np.arange(len(path)) / 2, **dict(zip(COLUMNS, 100 * path.T, strict=True))}
    )


def closure(
    closes: int = 4,
    peers_pct: float = 0,
    own_group_pct: float = 90,
    successor: float = 0,
    talk_after: float = 1,
    *,
    letting_go: float = 0.5,
) -> pd.DataFrame:
    r"""Follow four groups when a central host closes, beside what would be if it stayed.

    A share :math:`m` of messages comes from peers, whose trust is scaled to the centre's
    total. Those who join on the centre's word, :math:`C_g`, are counted apart from those
    whom a peer or a colleague brought in, :math:`P_g`. With :math:`A_g = C_g + P_g`,

    .. math::
        \dot C_g &= (1 - m) s\, p_0 \tau^c_g (1 - A_g) - \lambda (1 - s) C_g, \\
        \dot P_g &= \Bigl( m\, p_0 \tau^p_g + k q \sum_h W_{gh} A_h \Bigr) (1 - A_g).

    While the host is there, :math:`s = k = 1`. Afterwards :math:`s` is a successor's trust
    and :math:`k` what is left of the talk among colleagues.

    Parameters
    ----------
    closes
        When the host closes, in years from now, 0 to 10. At 10 it stays.
    peers_pct
        :math:`m`, the share of messages that peers send, percent, 0 to 100.
    own_group_pct
        Contact that stays inside a person's own group, percent, 0 to 100.
    successor
        :math:`s`, a successor's trust as a share of the host's, 0 (no successor) to 1.
    talk_after
        :math:`k`, how much colleagues talk after it closes, as a share of before, 0 to 1.
    letting_go
        :math:`\lambda`, how fast those who joined on the host's word leave once it is gone and
        has no successor, per year, 0 to 2.

    Returns
    -------
    pandas.DataFrame
        Long, in the order of `GROUPS`: ``group``, ``year`` (0 to 10), ``host_closes_pct``,
        ``host_stays_pct`` and ``closes`` (the year in which the host closes).

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Bass (1969), doi:10.1287/mnsc.15.5.215. The host, its closure and the two ways to join
    are our addition.
    """
    require_choice("closes", closes, range(YEARS + 1))
    require_between("peers_pct", peers_pct, 0, 100)
    require_between("successor", successor, 0, 1)
    require_between("talk_after", talk_after, 0, 1)
    require_between("letting_go", letting_go, 0, 2)

    stays = _host_stays(peers_pct, own_group_pct)
    before = closes * STEPS_PER_YEAR
    after = _follow(
        _change(peers_pct, own_group_pct, successor, talk_after, letting_go),
        stays[before],
        YEARS - closes,
    )
    closed = np.concatenate([stays[:before], after])
    yearly = slice(None, None, STEPS_PER_YEAR)
    closed_pct, stays_pct = (100 * path[yearly].sum(axis=1).T.ravel() for path in (closed, stays))
    return pd.DataFrame(
        {
            "group": np.repeat(GROUPS, YEARS + 1),
            "year": np.tile(np.arange(YEARS + 1), len(GROUPS)),
            "host_closes_pct": closed_pct,
            "host_stays_pct": stays_pct,
            "closes": closes,
        }
    )


def _contact(own_group_pct: float) -> Vector:
    """Share of each group's contact (row) that is with each group (column)."""
    require_between("own_group_pct", own_group_pct, 0, 100)
    inside = own_group_pct / 100
    meets = np.full((len(GROUPS), len(GROUPS)), (1 - inside) / (len(GROUPS) - 1))
    np.fill_diagonal(meets, inside)
    return meets


@cache
def _host_stays(peers_pct: float, own_group_pct: float) -> Vector:
    """Both ways of joining, step by step, under a host that never closes."""
    start = np.zeros((2, len(GROUPS)))
    return _follow(_change(peers_pct, own_group_pct), start, YEARS)


def _change(
    peers_pct: float,
    own_group_pct: float,
    trusted: float = 1,
    talk: float = 1,
    letting_go: float = 0,
) -> Callable[[Vector], Vector]:
    """Rate of change of the two ways of joining: on the centre's word, or through people."""
    peers = np.array(PEERS) * TOTAL_TRUST / sum(PEERS)
    on_its_word = OUTREACH * (1 - peers_pct / 100) * trusted * np.array(CENTRE)
    through_peers = OUTREACH * peers_pct / 100 * peers
    through_talk = TALK * talk * _contact(own_group_pct)
    leave = letting_go * (1 - trusted)

    def change(joined: Vector) -> Vector:
        reached = joined[0] + joined[1]
        left = 1 - reached
        rate = np.empty_like(joined)
        rate[0] = on_its_word * left - leave * joined[0]
        rate[1] = (through_peers + through_talk @ reached) * left
        return rate

    return change


def _follow(change: Callable[[Vector], Vector], start: Vector, years: int) -> Vector:
    """Solve an equation step by step; the first row is the start."""
    step = 1 / STEPS_PER_YEAR
    path = [start]
    for _ in range(years * STEPS_PER_YEAR):
        now = path[-1]
        a = change(now)
        b = change(now + step / 2 * a)
        c = change(now + step / 2 * b)
        d = change(now + step * c)
        path.append(now + step / 6 * (a + 2 * b + 2 * c + d))
    return np.array(path)


CARD = ModelCard(
    title="One message, four groups",
    assumes=(
        "A message reaches people in 2 ways: from the sender, and from colleagues who have joined.",
        "The more a group trusts the sender, the faster the sender's own messages work.",
        "People meet their own group most, and the other 3 groups equally.",
        "Word of mouth does the rest. This is the key assumption: set it to none to remove it.",
        "Nobody who has joined drops out.",
    ),
    leaves_out=(
        "How good the message is, and what it asks people to give up.",
        "How many people are in each group: the 4 groups count equally.",
        "Money, time and skills that come with a sender.",
        "Differences inside a group. Doctors do not all think alike.",
        "Staff who leave, and people who speak against the message.",
    ),
    numbers=(
        "The equation for one group is a published model of how products spread [@bass1969].",
        "Illustration: messages alone bring in 3% a year at a trust of 1.",
        "Illustration: word of mouth works at 0.38 a year.",
        "Illustration: every figure for trust. We know of no measurement.",
        "The order of the groups, not the sizes, follows the evaluation [@burgess2025challenges].",
        "As first set, peers carry 16% more trust in total than the centre.",
    ),
    cannot_tell=(
        "Whom your staff trust. Ask them.",
        "How many years it takes to reach a group in your organisation.",
        "Whether those who are reached change what they do, or whether patients gain.",
    ),
)

CLOSURE_CARD = ModelCard(
    title="When the host closes",
    assumes=(
        "Messages come from a central host and from peers, in a share that you set.",
        "Both senders carry the same trust in total, so that neither starts ahead.",
        "When the host closes, people who joined on its word leave, half of them in 17 months.",
        "People whom a peer or colleague brought in stay.",
        "Word of mouth goes on after the closure, unless you change that.",
    ),
    leaves_out=(
        "What the host paid for: networks, training, data and protected time.",
        "Work that the closure makes for everyone while it happens.",
        "Peers who tire or leave. A network of peers can close too.",
        "Gains from closing a host, such as fewer overlapping messages.",
    ),
    numbers=(
        "The equation builds on a published model of how products spread [@bass1969].",
        "Illustration: trust, rates and contact, as in the first model.",
        "Illustration: people who joined on the host's word leave at 0.5 a year.",
        "Illustration: what a successor's trust and colleagues' talk might be.",
        "That hosts close is evidence: a 2015 review advised closing one [@hsj2015review].",
    ),
    cannot_tell=(
        "What the abolition of NHS England will do to NHS IMPACT.",
        "Whether a host should close.",
        "How much of your own work would survive.",
    ),
)
