"""Floor 6: the course as one job, `course.py run`.

>>> from groundwork.running import run_course
>>> run_course(only="03,05")  # doctest: +SKIP
"""

from groundwork.running.course import run_course
from groundwork.running.report import rows

__all__ = ["rows", "run_course"]
