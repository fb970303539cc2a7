"""What differs by where a parcel goes: United States, Canada, United Kingdom, European Union."""

from groundwork.shop.facts.domain import Section, fact


class Region(Section):
    """One region's carriers, times, prices (in its own currency), law and support hours.

    Domains are chosen so that express is always faster and dearer than standard.
    """

    standard_carrier: str = fact("carrier of standard parcels", "name",
                                 "Northway Post", "Greenline Parcel", "Halden Freight", "Kestrel Mail", "Twin Rivers")  # fmt: skip
    express_carrier: str = fact("carrier of express parcels", "name",
                                "Swiftlark", "Bluebird Air", "Meridian Express", "Arrow and Sons", "Quickthorn")  # fmt: skip
    standard_min: int = fact("fewest business days for standard delivery", "business days", 3, 4, 5, past=True)
    standard_max: int = fact("most business days for standard delivery", "business days", 6, 7, 8, 9, 10, past=True)
    express_hours: int = fact("most hours for express delivery", "hours", 20, 24, 36, 48, 60)
    standard_fee: float = fact("price of standard delivery", "local", 3.95, 4.95, 5.25, 5.95, 6.75, past=True)
    express_fee: float = fact("price of express delivery", "local", 9.50, 11.95, 12.50, 13.95, 15.50, past=True)
    free_from: int = fact("order value from which standard delivery is free", "local", 40, 50, 60, 65, 80, past=True)
    withdrawal_days: int = fact("days to withdraw from an online order without a reason", "days", 14, 15, 17, 22, 27)
    return_town: str = fact("town of the returns centre", "name",
                            "Larkhill", "Stonebridge", "Maple Harbour", "Eastmere", "Northfold")  # fmt: skip
    legal_warranty_months: int = fact(
        "least months of cover for faults that the region's rules give", "months", 12, 18, 24, 30, 36
    )
    duty_free_to: int = fact("order value up to which duties are included", "local", 100, 135, 150, 170, 200)
    phone_opens: str = fact(
        "when telephone support opens, local time", "text", "7 am", "8 am", "8:30 am", "9 am", "9:30 am"
    )
    phone_closes: str = fact(
        "when telephone support closes, local time", "text", "5 pm", "6 pm", "7 pm", "8 pm", "9 pm"
    )
    remote_surcharge: float = fact(
        "surcharge for islands and remote addresses", "local", 7.95, 8.50, 9.25, 10.50, 14.50
    )
