"""What the shop promises a shopper: returns, shipping, warranty, orders, payments, price match, privacy."""

from groundwork.shop.facts.domain import Section, fact


class Returns(Section):
    """Sending things back."""

    tents_days: int = fact("return window for tents and shelters", "days", 30, 45, 50, 60, 75, 90, past=True)
    sleeping_days: int = fact("return window for sleeping bags and mats", "days", 21, 28, 30, 40, 45, 60)
    backpacks_days: int = fact("return window for backpacks and luggage", "days", 30, 40, 45, 60, 90, 100, past=True)
    footwear_days: int = fact("return window for boots and shoes", "days", 21, 30, 35, 45, 60, 75, past=True)
    clothing_days: int = fact("return window for clothing", "days", 28, 30, 42, 56, 60, 70)
    electronics_days: int = fact(
        "return window for electronics (headlamps, GPS units, radios)", "days", 14, 15, 18, 20, 25
    )
    cookware_days: int = fact("return window for stoves and cookware", "days", 21, 25, 30, 35, 45)
    furniture_days: int = fact("return window for furniture", "days", 10, 12, 14, 16, 18, 20, past=True)
    bedding_days: int = fact("return window for bedding and towels, seal unbroken", "days", 14, 20, 21, 24, 30)
    garden_days: int = fact("return window for garden tools and planters", "days", 20, 25, 28, 32, 36)
    climbing_days: int = fact("return window for climbing hardware, seal unbroken", "days", 7, 9, 10, 12, 14)
    label_fee: float = fact(
        "fee for a prepaid return label, taken off the refund", "usd", 3.95, 4.50, 5.95, 6.50, 7.25, past=True
    )
    restocking_percent: int = fact("restocking fee on opened furniture", "percent", 8, 10, 12, 15, 18)
    exchange_days: int = fact("days within which a size exchange is free", "days", 20, 24, 26, 33, 38)
    inspection_days: int = fact(
        "business days the warehouse takes to inspect a return", "business days", 2, 3, 4, 5, 6, past=True
    )
    card_refund_days: int = fact("days until a card refund shows on the statement, at most", "days", 5, 7, 8, 9, 11)
    wallet_refund_hours: int = fact("hours until a PayPal or wallet refund shows", "hours", 12, 24, 36, 48, 72)
    late_credit_months: int = fact(
        "months after delivery in which a late return still earns store credit", "months", 4, 5, 6, 8, 9
    )
    pickup_fee: int = fact("fee for collecting a bulky return from the home", "usd", 25, 29, 35, 39, 45, 49)
    no_receipt_percent: int = fact(
        "share of the current price credited when there is no proof of purchase", "percent", 50, 60, 65, 70, 75
    )
    holiday_until: str = fact("last day to return gifts bought in November and December", "text",
                              "10 January", "15 January", "20 January", "31 January", "7 February")  # fmt: skip
    open_returns: int = fact("how many returns a customer may have open at once", "count", 3, 4, 5, 6, 8)


class Shipping(Section):
    """Parcels, wherever they go; times and prices by region stand in `regions`."""

    cutoff_time: str = fact("order before this time (warehouse time) to ship the same day", "text",
                            "11 am", "noon", "1 pm", "2 pm", "3 pm", past=True)  # fmt: skip
    signature_from: int = fact("order value from which a signature is needed", "usd", 150, 200, 250, 300, 400)
    heavy_kg: int = fact("weight in kg from which a parcel goes by road carrier", "kg", 18, 20, 22, 25, 30)
    heavy_surcharge: float = fact(
        "surcharge for a road-carrier parcel", "usd", 12.50, 14.95, 17.50, 19.95, 24.50, past=True
    )
    trace_days: int = fact(
        "days without a tracking update after which a trace is opened", "days", 5, 6, 7, 8, 10, past=True
    )
    lost_days: int = fact(
        "days after which an untraced parcel counts as lost and is sent again", "days", 12, 15, 17, 19, 23
    )
    damage_hours: int = fact("hours within which damage in transit must be reported", "hours", 24, 36, 48, 60, 96)
    pickup_ready_hours: int = fact("hours until a click-and-collect order is ready", "hours", 2, 3, 4, 5, 6)
    pickup_hold_days: int = fact("days a collected-in-store order is kept", "days", 7, 8, 9, 11, 13)
    locker_kg: int = fact("heaviest parcel in kg that a parcel locker takes", "kg", 6, 8, 9, 11, 13)
    redelivery_attempts: int = fact("delivery attempts before a parcel goes back", "count", 2, 3, 4, 5)
    saturday_fee: float = fact("extra charge for Saturday delivery", "usd", 5.50, 6.95, 7.50, 8.95, 9.50)


class Warranty(Section):
    """How long what is promised."""

    tents_years: int = fact("warranty on tents", "years", 3, 4, 5, 6, 8, past=True)
    backpacks_years: int = fact("warranty on backpacks", "years", 5, 7, 10, 12, 15)
    sleeping_years: int = fact("warranty on sleeping bags and mats", "years", 3, 4, 5, 6)
    footwear_months: int = fact("warranty on boots and shoes", "months", 9, 12, 15, 18, 24, past=True)
    clothing_years: int = fact("warranty on clothing", "years", 2, 3, 4, 5)
    electronics_months: int = fact("warranty on electronics", "months", 18, 20, 24, 30, 36, past=True)
    cookware_years: int = fact("warranty on stoves and cookware", "years", 4, 6, 7, 9, 11)
    furniture_years: int = fact("warranty on furniture frames", "years", 5, 6, 8, 10, 12)
    bedding_months: int = fact("warranty on bedding", "months", 6, 8, 10, 14, 16)
    garden_years: int = fact("warranty on garden tools", "years", 2, 3, 5, 7, 10)
    decision_days: int = fact(
        "business days in which a warranty claim is decided", "business days", 6, 8, 10, 12, 14, past=True
    )
    registration_days: int = fact(
        "days after purchase to register an item for the longer warranty", "days", 30, 40, 50, 60, 80
    )
    registration_bonus_months: int = fact("months that registration adds to the warranty", "months", 3, 4, 6, 9)
    loan_fee: int = fact("deposit for a loan item during a warranty repair", "usd", 30, 40, 55, 60, 80)
    repair_attempts: int = fact("repairs tried before an item is replaced", "count", 2, 3, 4)


class Orders(Section):
    """Before the parcel leaves."""

    cancel_minutes: int = fact(
        "minutes after checkout in which an order can be cancelled by the customer",
        "minutes",
        20,
        30,
        45,
        60,
        90,
        past=True,
    )
    review_hours: int = fact("hours an order may be held for a security review", "hours", 18, 24, 30, 36, 48)
    preorder_deposit: int = fact("deposit for a pre-order", "usd", 10, 15, 20, 30, 40, past=True)
    backorder_weeks: int = fact(
        "weeks after which a back-order is cancelled and refunded unless confirmed", "weeks", 4, 5, 6, 8, 10
    )
    quantity_limit: int = fact("most units of one item in an order", "count", 6, 8, 10, 12, 15)
    guest_lookup_days: int = fact("days a guest order can be looked up by its number", "days", 45, 90, 120, 150, 180)
    invoice_months: int = fact("months for which invoices can be downloaded", "months", 18, 24, 36, 48, 60)
    basket_days: int = fact("days a basket is kept for a signed-in customer", "days", 14, 21, 28, 35, 40)
    engraving_days: int = fact("extra business days for engraving", "business days", 2, 3, 4, 5, 7)
    engraving_characters: int = fact("most characters in an engraving", "count", 18, 20, 22, 24, 28)
    gift_wrap_fee: float = fact("charge for gift wrapping an item", "usd", 2.95, 3.50, 3.95, 4.95, 5.50)


class Payments(Section):
    """Paying."""

    instalments: int = fact("number of instalments in Pay Later", "count", 3, 4, 5, 6, past=True)
    instalment_min: int = fact("smallest order for Pay Later", "usd", 60, 75, 90, 120, 140)
    instalment_max: int = fact("largest order for Pay Later", "usd", 1200, 1500, 1800, 2000, 2500)
    missed_fee: float = fact("fee for a missed Pay Later instalment", "usd", 5.00, 6.00, 7.00, 8.00, 9.50)
    authorisation_days: int = fact("days a card authorisation is kept before it lapses", "days", 5, 6, 7, 9, 10)
    card_attempts: int = fact("declined attempts after which checkout locks", "count", 3, 4, 5, 6)
    lock_minutes: int = fact("minutes that checkout stays locked after declined cards", "minutes", 15, 25, 30, 40, 75)
    cards_per_order: int = fact("how many cards an order can be split over", "count", 2, 3, 4)
    transfer_days: int = fact(
        "days to pay a bank-transfer order before it is released", "days", 3, 4, 5, 6, 8, past=True
    )
    currency_percent: float = fact(
        "conversion charge when paying in another currency", "percent", 1.25, 1.5, 1.75, 2.25, 2.5
    )


class PriceMatch(Section):
    """Matching a lower price."""

    before_days: int = fact("days for which a competitor's price must have been on sale", "days", 2, 3, 4, 5)
    after_days: int = fact(
        "days after buying in which a lower price can still be matched", "days", 7, 10, 14, 15, 21, past=True
    )
    limit_percent: int = fact(
        "largest difference that is matched, as a share of our price", "percent", 15, 20, 25, 30, 35, past=True
    )
    per_year: int = fact("price matches allowed to a customer in a year", "count", 4, 5, 6, 8, 10)
    decision_hours: int = fact("hours in which a price match is answered", "hours", 4, 8, 16, 24, 32)
    minimum_price: int = fact("lowest item price that is matched", "usd", 15, 20, 25, 30, 40)


class Privacy(Section):
    """Personal data."""

    deletion_days: int = fact("days in which an account deletion is carried out", "days", 10, 14, 20, 25, 30, past=True)
    export_days: int = fact("days in which a copy of one's data is supplied", "days", 7, 12, 15, 18, 22)
    chat_log_months: int = fact("months for which chat transcripts are kept", "months", 6, 9, 12, 15, 18, past=True)
    call_recording_days: int = fact("days for which call recordings are kept", "days", 45, 60, 75, 90, 110)
    optout_days: int = fact("days until marketing stops after unsubscribing", "days", 2, 3, 5, 7)
    cctv_days: int = fact("days for which shop camera footage is kept", "days", 14, 21, 28, 31)
    breach_hours: int = fact("hours in which customers are told of a data breach", "hours", 24, 48, 60, 72)
    inactive_years: int = fact("years without a sign-in after which an account is closed", "years", 3, 4, 5, 6)
    cookie_months: int = fact("months for which the cookie choice is remembered", "months", 5, 6, 8, 12)
    minimum_age: int = fact("youngest age to hold an account", "years", 14, 15, 16, 18)
    officer: str = fact("name of the data protection officer", "name",
                        "Ines Halvorsen", "Tomas Okafor", "Marguerite Lund", "Priya Castellan", "Anselm Vries")  # fmt: skip
