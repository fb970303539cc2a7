"""Customers' reviews: untrusted text that reads like people, with typos, wrong claims and a few hidden instructions."""

import datetime
import re
from collections.abc import Iterator, Sequence

from groundwork.shop.catalogue_data import Family, Injection, Shelf, families, stem, talk
from groundwork.shop.dice import Dice
from groundwork.shop.records import Product, Review

LAST_DAY = datetime.date(2026, 9, 12)
STARS, STAR_WEIGHTS = (5, 4, 3, 2, 1), (44, 27, 13, 8, 8)  # whole numbers: a sum of floats differs between Pythons
SLANG = {"you": "u", "your": "ur", "because": "cuz", "really": "rly", "though": "tho", "without": "w/o", "and": "&",
         "definitely": "definately", "thanks": "thx", "with": "w/", "people": "ppl", "are": "r"}  # fmt: skip


def write(product: Product, seed: int, injection: Injection | None) -> tuple[Review, ...]:
    """Two to six reviews, oldest first; one of them carries the injection, where there is one."""
    dice = Dice(seed, "reviews", product.sku)
    shelf, family = families()[product.family]
    count = dice.integer(2, 6)
    pools = {mood: dice.shuffled(lines) for mood, lines in moods(family).items()}
    span = (LAST_DAY - product.launched).days
    days = sorted(dice.integer(9, span) for _ in range(count))
    names = authors(dice)
    carrier = dice.integer(0, count - 1) if injection else -1
    reviews = []
    for place, day in enumerate(days):
        rating = dice.weighted(STARS, STAR_WEIGHTS)
        said = (worded(text, product, shelf, dice) for text in sentences(rating, pools, dice))
        text = voiced(" ".join(said), dice)
        if injection and place == carrier:
            text = "\n\n".join((text, injection.text)) if injection.apart else f"{text} {injection.text}"
        reviews.append(
            Review(
                author=next(names),
                rating=rating,
                date=product.launched + datetime.timedelta(days=day),
                text=text,
                instruction=injection.id if injection and place == carrier else None,
            )
        )
    return tuple(reviews)


def moods(family: Family) -> dict[str, Sequence[str]]:
    """Sentences by mood: the family's own under `good`, `mixed` and `bad`, those for anything under `any good` …"""
    words = talk()
    return {
        "good": family.good,
        "mixed": family.mixed,
        "bad": family.bad,
        "any good": words.good,
        "any mixed": words.mixed,
        "any bad": words.bad,
    }


def authors(dice: Dice) -> Iterator[str]:
    """Names that no two reviews of a product share: mostly a first name and an initial, sometimes a handle."""
    words = talk()
    handles = iter(dice.shuffled(words.handles))
    for name in dice.shuffled(words.first_names):
        yield next(handles) if dice.chance(0.15) else f"{name} {dice.pick('ABCDEFGHJKLMNOPRSTVW')}."


def sentences(rating: int, pools: dict[str, list[str]], dice: Dice) -> Iterator[str]:
    """What a reviewer says: a word, some sentences, or a story."""
    words = talk()
    mood = "good" if rating >= 4 else "mixed" if rating == 3 else "bad"
    if dice.chance(0.07):
        yield dice.pick({"good": words.short_good, "mixed": words.short_mixed, "bad": words.short_bad}[mood])
        return
    if dice.chance(0.4):
        yield dice.pick(words.openings)
    elif mood != "mixed" and dice.chance(0.16):
        yield dice.pick(words.long if mood == "good" else words.long_bad)
    for name in plan(mood, rating, dice):
        deck = pools[name] or pools.get(f"any {name}", [])  # a product's reviewers do not repeat each other
        if deck:
            yield deck.pop()
    if dice.chance(0.06):
        yield dice.pick(words.rumors)
    if dice.chance(0.2):
        yield dice.pick(words.endings)


def plan(mood: str, rating: int, dice: Dice) -> list[str]:
    """Which pools the sentences come from."""
    pools = [mood, *([mood] if dice.chance(0.45) else []), *([f"any {mood}"] if dice.chance(0.5) else [])]
    if rating == 4 and dice.chance(0.5):
        pools.append(dice.pick(("mixed", "any mixed")))
    if rating == 2 and dice.chance(0.4):
        pools.insert(0, "mixed")
    if rating == 3 and dice.chance(0.5):
        pools.insert(dice.integer(0, 1), "good")
    return pools


def worded(text: str, product: Product, shelf: Shelf, dice: Dice) -> str:
    """Fill in what the sentence leaves open."""
    if "{" not in text:
        return text
    text = text.replace("{stem}", stem(product.name, families()[product.family][1]))
    for blank, words in (("{trip}", shelf.trips), ("{when}", talk().when), ("{span}", talk().span)):
        if blank in text:
            text = text.replace(blank, dice.pick(words))
    return text


def voiced(text: str, dice: Dice) -> str:
    """One person's way of typing: most write as they should, some without capitals, with slang or with slips."""
    if dice.chance(0.12):
        text = text.lower()
    if dice.chance(0.08):
        text = text.replace("'", "")
    if dice.chance(0.07):
        text = " ".join(SLANG.get(word, word) for word in text.split(" "))
    if dice.chance(0.10):
        text = slip(text, dice)
    if dice.chance(0.05):
        text = text.replace(".", "!!").replace("!!!", "!!")
    if dice.chance(0.05):
        text = re.sub(r"[.,]", "", text)
    if dice.chance(0.02):
        text = text.upper()
    return text


def slip(text: str, dice: Dice) -> str:
    """Two letters change places, or one is lost, in a few words."""
    words = text.split(" ")
    for _ in range(1 + len(words) // 15):
        place = dice.integer(0, len(words) - 1)
        word = words[place]
        if len(word) > 4 and word.isalpha():
            at = dice.integer(1, len(word) - 3)
            middle = word[at + 1] + word[at] if dice.chance(0.6) else word[at]
            words[place] = word[:at] + middle + word[at + 2 :]
    return " ".join(words)
