"""The catalogue: what may happen to a provider, so that its engineers can rehearse it. Data only."""

from datetime import timedelta

from platforms.sandbox.kinds import Kind, Step

MINUTE = timedelta(minutes=1)
PRIOR_INFORMATION = timedelta(hours=12)  # C1
ASKED, REMOVED, HINDERED = "seek_clarification", "report_removal", "report_impossibility"

TWIN = Step("issue", 5 * MINUTE)  # of the second order of a pair

CATALOGUE = (
    Kind(
        "plain",
        "One URL, from an authority of your own Member State.",
        ("3(1)", "3(3)"),
        "Remove it, and send Annex II within the hour.",
    ),
    Kind(
        "several_urls",
        "Three URLs in one order.",
        ("3(3)", "3(6)"),
        "Remove each, and report each: in one Annex II or in several. Every item has its own verdict.",
        items=3,
    ),
    Kind(
        "other_scripts",
        "Reasons and descriptions in Greek and Cyrillic.",
        ("3(4)",),
        "Keep and show the text as it is: it is UTF-8. Remove it and report it as any other.",
        names="Συνθετικό βίντεο, Синтетично видео",
        draft={"reasons": "Συνθετική εντολή δοκιμής. Синтетична тестова заповед: няма такова съдържание. Ω Ж"},
    ),
    Kind(
        "large",
        "A message of about 70 KB: three URLs and long reasons.",
        ("3(3)", "3(4)"),
        "Take it whole, and answer every item.",
        items=3,
        draft={"reasons": "Synthetic reasons, at length. " * 1_000},
    ),
    Kind(
        "cross_border",
        "From an authority of another Member State, with a copy to the authority of your home.",
        ("4(1)", "4(4)"),
        "Remove it and report it. You may ask your home authority for scrutiny within 48 hours.",
        sender="foreign",
    ),
    Kind(
        "secret",
        "You must not tell the content provider; 90 minutes later the authority allows it.",
        ("11(1)", "11(3)"),
        "Remove it, report it, and inform the content provider only after order.disclosure_allowed.",
        draft={"must_not_inform": True, "withholding_reason": "Synthetic: an investigation under way."},
        script=(Step("allow_disclosure", 90 * MINUTE),),
    ),
    Kind(
        "first_order",
        "The first order of an authority: prior information now, the order itself twelve hours later.",
        ("3(2)",),
        "Take order.prior_information_given for what it is, no order, and be ready for order.issued.",
        sender="newcomer",
        informed=True,
        script=(Step("issue", PRIOR_INFORMATION),),
    ),
    Kind(
        "emergency",
        "The first order of an authority without prior information, in a duly justified emergency.",
        ("3(2)",),
        "Treat it as any other: the hour is the same.",
        sender="newcomer",
        draft={"emergency": True, "emergency_reason": "Synthetic emergency: the content spreads fast."},
    ),
    Kind(
        "wrong_url",
        "The URL names a whole channel, and nothing says which video is meant; it answers your question.",
        ("3(8)",),
        "Ask with Annex III, insufficient_information. Ten minutes later comes order.clarified with a fresh hour.",
        vague=True,
        script=(Step("clarify", 10 * MINUTE, {"answer": "The first video of the channel (synthetic)."}, ASKED),),
    ),
    Kind(
        "unclear_twice",
        "As wrong_url, but the first answer of the authority does not help.",
        ("3(8)",),
        "Ask, ask once more after order.clarified, then remove and report.",
        vague=True,
        script=(
            Step("clarify", 5 * MINUTE, {"answer": "All of it that is meant (synthetic)."}, ASKED),
            Step("clarify", 5 * MINUTE, {"answer": "The first video of the channel (synthetic)."}, ASKED, 2),
        ),
    ),
    Kind(
        "withdrawn",
        "Ten minutes after it was sent, the authority withdraws it.",
        ("3(1)",),
        "Stop what you have begun. What you removed you may put back.",
        script=(Step("withdraw", 10 * MINUTE, {"reason": "Synthetic: it was sent by mistake."}),),
    ),
    Kind(
        "annulled",
        "Your home authority finds that it infringes the Regulation, after you removed the content.",
        ("4(3)", "4(5)", "4(7)"),
        "Remove it and report it. After order.annulled put it back, and report the reinstatement.",
        sender="foreign",
        script=(
            Step("open_scrutiny", 5 * MINUTE, {}, REMOVED),
            Step("announce_intent", 10 * MINUTE, {"reasons": "Synthetic: the content is journalism."}, REMOVED),
            Step("decide_scrutiny", 20 * MINUTE, {"reasons": "Synthetic: the content is journalism."}, REMOVED),
        ),
    ),
    Kind(
        "disputed_ground",
        "You say that you cannot; the authority disputes it. The hour stays displaced all the same.",
        ("3(7)",),
        "Send Annex III, force_majeure_or_impossibility. After order.ground_disputed report when the ground ceased.",
        script=(Step("dispute_ground", 10 * MINUTE, {"reason": "Synthetic: others could."}, HINDERED),),
    ),
    Kind(
        "duplicate",
        "Five minutes later another authority orders the removal of the same URL.",
        ("3(3)", "14(1)"),
        "Remove it once, and answer each order by its own reference: each has an hour of its own.",
        twin=True,
    ),
    Kind(
        "appealed_and_final",
        "You appealed, says the authority, and the court confirms the order.",
        ("9", "3(9)"),
        "Remove it and report it; an appeal suspends nothing. order.appeal_recorded comes, then order.final.",
        script=(
            Step("record_appeal", 10 * MINUTE, {}, REMOVED),
            Step("record_judgment", 30 * MINUTE, {"reasons": "Synthetic judgment."}, REMOVED),
        ),
    ),
    Kind(
        "preservation_extended",
        "After you removed it, the authority asks you to preserve it for 30 days longer.",
        ("6(1)", "6(2)"),
        "Remove it and report it, keep it, and keep it longer after order.preservation_extended.",
        script=(Step("extend_preservation", 15 * MINUTE, {"days": 30, "reason": "Synthetic proceedings."}, REMOVED),),
    ),
)
BY_CODE = {kind.code: kind for kind in CATALOGUE}
