"""The figures of `course.py evaluate answers`: promised shares, speed, and how much is gained over no safeguards."""

from groundwork.evaluation.answers import assistant_of, put, questions_of, rows_of, speed_rows
from groundwork.evaluation.answers_compare import hallucinations
from groundwork.evaluation.rows import Row
from groundwork.evaluation.search import world_of


def evaluate(split: str = "test", seed: int = 0, cache: bool = True, against: bool = True) -> list[Row]:
    """The figures of a split in a world, each with its 95 % interval (Wilson's, of a share of questions).

    Seconds and memory are among them only without the cache, which would make them look better than they are.
    `against`: also count the wrong replies of the bare model and of plain RAG, which takes a quarter of an hour at
    first.
    """
    world = world_of(seed)
    judged = put(world, assistant_of(world, cache=cache), questions_of(world, split))
    return rows_of(judged) + (hallucinations(world, judged) if against else []) + ([] if cache else speed_rows(judged))
