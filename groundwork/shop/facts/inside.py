"""The company itself, its support desk, what only staff may know, and the dates on which rules changed."""

import datetime

from groundwork.shop.facts.domain import Section, day, fact


class Company(Section):
    """Who the shop is."""

    founded: int = fact("year in which the shop was founded", "year", 1978, 1984, 1987, 1991, 1996)
    home_town: str = fact("town of the first shop and the head office", "name",
                          "Hollin Bay", "Fernwick", "Cedar Ford", "Ashmoor", "Brindle Cross")  # fmt: skip
    workshop_town: str = fact("town of the repair workshop", "name",
                              "Tarn Mills", "Coppergate", "Wexley", "Old Quarry", "Thornbury Dale")  # fmt: skip
    warehouse_town: str = fact("town of the main warehouse", "name",
                               "Kingsreach", "Marlow Junction", "Dunmore Park", "Sallow Creek", "Ridgeport")  # fmt: skip
    shops: int = fact("number of shops", "count", 14, 17, 19, 23, 26, 31)
    founders: str = fact("the two founders", "name",
                         "Nora Alder and Samuel Wren", "Edith Alder and Jonas Wren", "Ruth Alder and Caleb Wren",
                         "Maud Alder and Felix Wren")  # fmt: skip


class Support(Section):
    """Reaching a person."""

    chat_opens: str = fact("when chat opens (warehouse time)", "text", "6 am", "6:30 am", "7:15 am", "7:30 am")
    chat_closes: str = fact(
        "when chat closes (warehouse time)", "text", "9:30 pm", "10 pm", "10:30 pm", "11 pm", "midnight"
    )
    email_hours: int = fact("hours in which an e-mail is answered", "hours", 10, 16, 20, 24, 30)
    callback_hours: int = fact("hours in which a requested call back happens", "hours", 3, 4, 6, 8)
    complaint_ack_days: int = fact("business days to acknowledge a complaint", "business days", 2, 3, 4, 5)
    complaint_days: int = fact("days to resolve a complaint", "days", 14, 21, 28, 35, 56)
    adviser_minutes: int = fact("length of a free video call with a gear adviser", "minutes", 20, 25, 30, 40)
    languages: str = fact("languages beside English that support speaks", "text", "French and Spanish", "French and German",
                          "Spanish and German", "French, German and Dutch", "Spanish and Italian")  # fmt: skip


class Staff(Section):
    """What must never reach a customer."""

    goodwill_agent: int = fact("goodwill credit an agent may give alone", "usd", 15, 20, 25, 35, 40)
    goodwill_lead: int = fact("goodwill credit a team lead may give", "usd", 75, 90, 110, 125, 150)
    goodwill_manager: int = fact("goodwill credit a duty manager may give", "usd", 250, 300, 400, 500)
    keep_item_limit: int = fact("value under which a faulty item need not be sent back", "usd", 12, 18, 22, 28, 30)
    fraud_hold_score: int = fact("fraud score from which an order is held", "count", 62, 68, 71, 77, 83)
    fraud_review_minutes: int = fact("minutes in which a held order is reviewed", "minutes", 35, 50, 55, 70, 80)
    lead_minutes: int = fact("minutes after which a case goes to a team lead", "minutes", 12, 18, 22, 28)
    manager_minutes: int = fact("minutes after which a case goes to the duty manager", "minutes", 32, 44, 48, 65)
    discount_percent: int = fact("staff discount", "percent", 28, 32, 33, 38, 42)
    supplier_tents: str = fact(
        "supplier of the own-brand tents",
        "name",
        "Orrin Textile Works",
        "Vale and Haddon",
        "Polwarth Canvas",
        "Tessel Outdoor",
    )
    supplier_tents_terms: int = fact("days to pay the tent supplier", "days", 33, 48, 55, 62, 85)
    supplier_boots: str = fact(
        "supplier of the own-brand boots", "name", "Calder Lasts", "Brackenfoot", "Monte Ardo", "Ludlow Welt"
    )
    supplier_boots_margin: int = fact("gross margin on own-brand boots", "percent", 41, 44, 47, 52, 57)
    outage_minutes: int = fact("length of the spring checkout outage", "minutes", 37, 41, 58, 76, 92)
    outage_orders: int = fact("orders lost in that outage", "count", 212, 318, 467, 523, 640)
    recall_units: int = fact("stoves affected by the autumn recall", "count", 184, 236, 391, 455, 702)
    clearance_percent: int = fact("deepest markdown that a store manager may set", "percent", 45, 55, 58, 63, 67)
    churn_offer: int = fact("credit that retention may offer a leaving member", "usd", 13, 17, 21, 27)
    fraud_refund_days: int = fact(
        "days within which refunds to a changed bank account need a second person", "days", 13, 16, 19, 27
    )
    peak_agents: int = fact("temporary agents hired for the peak season", "count", 34, 43, 57, 66)


class Dates(Section):
    """When the rule in force began (`returns`) and when the one before it had begun (`returns_old`)."""

    returns: datetime.date = fact(
        "current returns policy in force", "date", day(2026, 2, 1), day(2026, 3, 1), day(2026, 4, 1), day(2026, 5, 1)
    )
    returns_old: datetime.date = fact(
        "previous returns policy in force", "date", day(2023, 6, 1), day(2023, 9, 1), day(2024, 1, 15), day(2024, 6, 1)
    )
    shipping: datetime.date = fact(
        "current shipping policy in force", "date", day(2026, 1, 12), day(2026, 2, 9), day(2026, 3, 16), day(2026, 6, 8)
    )
    shipping_old: datetime.date = fact(
        "previous shipping policy in force", "date", day(2023, 4, 3), day(2023, 10, 2), day(2024, 2, 5), day(2024, 9, 2)
    )
    warranty: datetime.date = fact(
        "current warranty in force", "date", day(2025, 9, 1), day(2025, 10, 1), day(2026, 1, 1), day(2026, 4, 15)
    )
    warranty_old: datetime.date = fact(
        "previous warranty in force", "date", day(2021, 5, 20), day(2022, 2, 1), day(2022, 11, 1), day(2023, 3, 1)
    )
    membership: datetime.date = fact(
        "current Wren Circle terms in force", "date", day(2026, 1, 5), day(2026, 2, 2), day(2026, 3, 2), day(2026, 5, 4)
    )
    membership_old: datetime.date = fact(
        "previous Wren Circle terms in force",
        "date",
        day(2022, 1, 10),
        day(2023, 1, 9),
        day(2024, 1, 8),
        day(2024, 3, 4),
    )
    services: datetime.date = fact(
        "current repair, rental and trade-in terms in force",
        "date",
        day(2025, 11, 3),
        day(2026, 2, 16),
        day(2026, 3, 23),
        day(2026, 4, 20),
    )
    services_old: datetime.date = fact(
        "previous repair, rental and trade-in terms in force",
        "date",
        day(2023, 2, 6),
        day(2023, 5, 8),
        day(2024, 3, 18),
        day(2024, 10, 7),
    )
    money: datetime.date = fact(
        "current payment, order, gift card and price match rules in force",
        "date",
        day(2025, 12, 1),
        day(2026, 1, 19),
        day(2026, 3, 9),
        day(2026, 5, 18),
    )
    money_old: datetime.date = fact(
        "previous payment, order, gift card and price match rules in force",
        "date",
        day(2022, 9, 5),
        day(2023, 7, 3),
        day(2024, 4, 8),
        day(2024, 8, 12),
    )
    trade: datetime.date = fact(
        "current Alder Trade and dangerous goods rules in force",
        "date",
        day(2025, 10, 6),
        day(2026, 1, 26),
        day(2026, 4, 6),
        day(2026, 6, 1),
    )
    trade_old: datetime.date = fact(
        "previous Alder Trade and dangerous goods rules in force",
        "date",
        day(2022, 4, 4),
        day(2023, 3, 13),
        day(2023, 11, 6),
        day(2024, 5, 13),
    )
    privacy: datetime.date = fact(
        "current privacy notice in force",
        "date",
        day(2025, 8, 4),
        day(2025, 11, 17),
        day(2026, 2, 23),
        day(2026, 5, 25),
    )
    privacy_old: datetime.date = fact(
        "previous privacy notice in force", "date", day(2021, 8, 2), day(2022, 6, 6), day(2023, 1, 16), day(2024, 2, 19)
    )
