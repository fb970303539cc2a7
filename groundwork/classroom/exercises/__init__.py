"""The exercises, one module a lab: `EXERCISES` of each, found by `groundwork.classroom.registry`."""
