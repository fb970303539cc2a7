"""What the shop does beside selling: membership, gift cards, repairs, rental, trade-in, furniture, trade, classes."""

from groundwork.shop.facts.domain import Section, fact


class Membership(Section):
    """Wren Circle, the paid membership."""

    annual_fee: int = fact("yearly fee of Wren Circle", "usd", 19, 24, 29, 35, 39, past=True)
    points_per_dollar: int = fact("points earned for every dollar", "count", 2, 3, 4, 5, 6)
    voucher_points: int = fact("points needed for a voucher", "count", 400, 500, 600, 750, 800, past=True)
    voucher_value: int = fact("value of that voucher", "usd", 5, 8, 10, 12, 15)
    points_expiry_months: int = fact("months until unused points expire", "months", 12, 15, 18, 24, 30, past=True)
    express_per_year: int = fact("free express deliveries a member has in a year", "count", 2, 3, 4, 5, 6)
    cooling_days: int = fact(
        "days in which the fee is refunded in full if no benefit was used", "days", 10, 14, 20, 25, 30
    )
    birthday_percent: int = fact("birthday discount", "percent", 10, 12, 15, 18, 20)
    household: int = fact("people of a household who can share a membership", "count", 2, 3, 4, 5)
    early_access_hours: int = fact("hours of early access to sales", "hours", 12, 24, 36, 48)
    referral_credit: int = fact("credit for bringing a new member", "usd", 8, 10, 14, 16, 20)
    extra_return_days: int = fact("days that members get on top of every return window", "days", 5, 7, 10, 15)
    student_percent: int = fact("discount on the fee for students", "percent", 25, 30, 40, 50)
    pause_months: int = fact("longest pause of a membership", "months", 3, 4, 6, 9)
    gold_spend: int = fact("yearly spend that raises a member to Gold Wren", "usd", 600, 750, 900, 1000, 1250)


class GiftCards(Section):
    """Gift cards."""

    minimum: int = fact("smallest gift card", "usd", 10, 15, 20, 25)
    maximum: int = fact("largest gift card", "usd", 300, 400, 500, 600, 750, past=True)
    per_order: int = fact("gift cards that can be combined in an order", "count", 2, 3, 4, 5, 6, past=True)
    delivery_minutes: int = fact("minutes until an e-mailed gift card arrives, at most", "minutes", 15, 30, 45, 60, 90)
    schedule_days: int = fact("days ahead for which a gift card can be scheduled", "days", 60, 90, 120, 180, 365)
    replace_days: int = fact("business days to reissue a lost card's balance", "business days", 2, 3, 4, 5, 7)
    bulk_from: int = fact(
        "value of gift cards from which a company discount applies", "usd", 1500, 2000, 2500, 3000, 4000
    )
    bulk_percent: int = fact("that company discount", "percent", 3, 4, 5, 6, 8)
    postage: float = fact("charge for posting a printed gift card", "usd", 2.50, 2.75, 3.25, 3.75, 4.25)


class Repairs(Section):
    """The repair workshop."""

    zip_fee: int = fact("price of a new zip slider", "usd", 12, 14, 18, 21, 24, past=True)
    pole_fee: int = fact("price of replacing a tent pole section", "usd", 19, 22, 25, 28, 32)
    patch_fee: int = fact("price of a small fabric patch", "usd", 9, 11, 13, 15, 16)
    reproof_fee: int = fact("price of washing and re-proofing a jacket", "usd", 20, 26, 30, 34, 38)
    sole_fee: int = fact("price of resoling a pair of boots", "usd", 65, 70, 78, 85, 95, past=True)
    cleaning_fee: float = fact("charge if an item arrives dirty", "usd", 8.50, 10.50, 12.50, 15.50)
    stove_fee: int = fact("price of a stove service", "usd", 17, 23, 27, 33)
    turnaround_days: int = fact("business days a repair normally takes", "business days", 7, 9, 11, 13, 15, past=True)
    peak_days: int = fact("business days a repair takes from May to July", "business days", 17, 19, 21, 24, 26)
    guarantee_months: int = fact("months for which repair work is guaranteed", "months", 3, 6, 9, 12)
    quote_days: int = fact("days for which a repair quote stays open", "days", 10, 14, 16, 20)
    storage_days: int = fact("days an uncollected repair is stored free", "days", 25, 30, 40, 55, 60)
    rush_fee: int = fact("surcharge for a rush repair", "usd", 22, 29, 31, 36, 40)
    rush_hours: int = fact("hours in which a rush repair is finished", "hours", 48, 60, 72, 84)


class Rental(Section):
    """Renting tents, packs and stoves."""

    deposit: int = fact("deposit for renting a tent", "usd", 80, 100, 120, 150, 180, past=True)
    weekend_fee: int = fact("price of a tent for a weekend", "usd", 34, 38, 42, 46, 52)
    week_fee: int = fact("price of a tent for a week", "usd", 68, 74, 79, 88, 96, past=True)
    late_fee: int = fact("charge for each day a rental comes back late", "usd", 6, 7, 9, 11, 13)
    cancel_hours: int = fact(
        "hours before the start up to which a rental is cancelled free", "hours", 24, 36, 48, 72, 96
    )
    longest_weeks: int = fact("longest rental", "weeks", 3, 4, 5, 6, 8)
    ahead_months: int = fact("months ahead that a rental can be booked", "months", 2, 3, 4, 6)
    waiver_fee: float = fact("price of the damage waiver per rental", "usd", 6.50, 7.50, 8.50, 9.50, 11.50)
    minimum_age: int = fact("youngest age to rent", "years", 18, 19, 20, 21)
    buy_percent: int = fact(
        "share of the rental price credited when the item is bought after renting", "percent", 40, 50, 60, 75, 80
    )


class TradeIn(Section):
    """Second Nest: used gear for credit."""

    good_percent: int = fact(
        "credit for gear in good condition, share of today's price", "percent", 30, 35, 40, 45, 50, past=True
    )
    worn_percent: int = fact("credit for worn but sound gear, share of today's price", "percent", 10, 15, 20, 25)
    minimum_value: int = fact("lowest resale value that is accepted", "usd", 18, 25, 30, 35, 45)
    oldest_years: int = fact("oldest gear that is accepted", "years", 5, 6, 7, 8, 10)
    credit_months: int = fact("months until trade-in credit expires", "months", 10, 12, 18, 24, past=True)
    valuation_days: int = fact("business days a valuation takes", "business days", 3, 4, 5, 6, 8)
    items_per_month: int = fact("items a customer may trade in in a month", "count", 4, 5, 6, 8, 10)


class Furniture(Section):
    """Delivery into the room, assembly, taking the old piece away."""

    room_fee: int = fact("charge for delivery to the room of choice", "usd", 39, 45, 49, 55, 59)
    assembly_fee: int = fact("charge for assembling one piece", "usd", 30, 34, 44, 48, 54)
    removal_fee: int = fact("charge for taking an old piece away", "usd", 20, 26, 28, 36, 40)
    slot_hours: int = fact("length of the delivery slot", "hours", 2, 3, 4, 5)
    reschedule_hours: int = fact("hours before the slot up to which it can be moved free", "hours", 24, 30, 48, 72)
    missed_fee: int = fact("charge for a missed furniture delivery", "usd", 25, 32, 38, 42, 50)
    made_to_order_weeks: int = fact("weeks to make a made-to-order sofa", "weeks", 6, 7, 9, 11, 12)
    fabric_samples: int = fact("free fabric samples", "count", 4, 5, 6, 8)
    floors_without_lift: int = fact("highest floor without a lift that crews deliver to", "count", 2, 3, 4, 5)
    crew_kg: int = fact("heaviest piece in kg that a two-person crew carries", "kg", 70, 75, 80, 90, 95)


class Hazmat(Section):
    """Fuel, batteries, sprays."""

    canisters: int = fact("most gas canisters in an order", "count", 2, 3, 4, 5, 6, past=True)
    canister_grams: int = fact("largest gas canister shipped", "grams", 230, 250, 445, 450)
    battery_wh: int = fact(
        "largest loose lithium battery shipped, in watt-hours", "watt-hours", 74, 90, 99, 100, past=True
    )
    bear_spray: int = fact("most bear sprays in an order", "count", 2, 3, 4)
    fee: float = fact("handling fee for dangerous goods", "usd", 4.95, 6.25, 7.95, 8.50, 9.95)
    extra_days: int = fact(
        "extra business days for dangerous goods, which travel by ground only", "business days", 2, 3, 4, 5
    )
    aerosol_ml: int = fact("largest aerosol shipped, in millilitres", "millilitres", 300, 400, 500, 600)
    recycling_credit: float = fact("credit for each empty canister brought back", "usd", 0.50, 0.75, 1.25, 1.50)


class Trade(Section):
    """Alder Trade: companies, schools, clubs."""

    first_order: int = fact("smallest first order of a trade account", "usd", 300, 400, 500, 650, 800)
    discount_percent: int = fact("standard trade discount", "percent", 8, 9, 10, 12, 14, past=True)
    tier_spend: int = fact(
        "yearly spend from which the higher trade discount applies", "usd", 8000, 10000, 12000, 15000, 20000
    )
    tier_percent: int = fact("the higher trade discount", "percent", 16, 17, 18, 20, 22)
    terms_days: int = fact("days to pay a trade invoice", "days", 14, 21, 30, 45, 60, past=True)
    late_percent: float = fact("monthly interest on overdue trade invoices", "percent", 1.0, 1.2, 1.5, 1.8, 2.0)
    approval_days: int = fact("business days to approve a trade account", "business days", 2, 3, 4, 5, 6)
    quote_days: int = fact("days a trade quote is valid", "days", 15, 20, 25, 30, 40)
    school_percent: int = fact("discount for schools and scout groups", "percent", 13, 15, 19, 21, 24)
    logo_units: int = fact("fewest units for logo embroidery", "count", 12, 20, 24, 25, 50)
    logo_weeks: int = fact("weeks that logo embroidery adds", "weeks", 2, 3, 4, 5)
    samples: int = fact("samples a trade account may borrow at once", "count", 3, 4, 5, 6, 8)
    sample_days: int = fact("days a sample may be kept", "days", 10, 14, 18, 21, 28)


class Classes(Section):
    """Courses and guided days in the shops."""

    price: int = fact("price of a map-and-compass class", "usd", 28, 32, 36, 44, 48)
    size: int = fact("most people in a class", "count", 8, 10, 12, 14, 16)
    cancel_days: int = fact("days before a class up to which it is refunded in full", "days", 3, 4, 5, 6, 7)
    minimum_people: int = fact("fewest people for a class to go ahead", "count", 3, 4, 5, 6)
    youngest: int = fact("youngest age on a class with an adult", "years", 8, 9, 10, 12)


class Community(Section):
    """Reviews and questions on the site."""

    moderation_hours: int = fact("hours until a review is published", "hours", 12, 24, 36, 48, 72)
    review_points: int = fact("points for a review with a photo", "count", 25, 30, 40, 50, 60)
    edit_days: int = fact("days in which a review can be edited", "days", 5, 10, 14, 20)
    photos: int = fact("most photos in a review", "count", 3, 4, 5, 6, 8)


class Planet(Section):
    """Packaging, take-back, giving."""

    takeback_credit: int = fact("credit for handing in worn-out boots", "usd", 4, 5, 6, 7, 9)
    recycled_percent: int = fact("share of recycled fibre in the own-brand fleece", "percent", 55, 60, 70, 80, 85)
    giving_percent: float = fact("share of own-brand sales given to trail upkeep", "percent", 0.5, 1.0, 1.5, 2.0)
    parts_years: int = fact("years for which spare parts are kept after a product ends", "years", 6, 7, 8, 10, 12)
