"""Floor 5: labs from solutions, exercises and their checks, variants, sandboxed grading, the gradebook."""
