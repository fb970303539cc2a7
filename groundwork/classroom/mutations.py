"""A function's source -> the same with one small mistake in it, for every small mistake that a machine can think of.

The operators are the classic ones (DeMillo, Lipton and Sayward, "Hints on test data selection", Computer 1978):
comparisons turned or shifted, constants off by one, arithmetic exchanged, a term of a sum or product dropped,
conditions negated. Mutations that change nothing a caller could see are "equivalent"; somebody has to say so by hand.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
}


@dataclass(frozen=True)
class Mutation:
    """A changed source. `old` and `new` are the line that differs, without its indentation, as `ast.unparse` writes."""

    old: str
    new: str
    source: str

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others, for a list of those that change nothing."""
        return self.old, self.new

    def __str__(self) -> str:
        return f"{self.old}  ->  {self.new}"


def mutations(source: str) -> list[Mutation]:
    """Every mutation of a module's source, each once, in the order of the source.

    >>> [one.new for one in mutations("def half(x): return x / 2")][:2]
    ['return x * 2', 'return x']
    """
    tree = undocumented(ast.parse(source))
    before = ast.unparse(tree).splitlines()
    found: dict[str, Mutation] = {}
    for number, node in enumerate(ast.walk(tree)):
        for choice in range(len(list(changes(node)))):
            other = copy.deepcopy(tree)
            parent, twin = with_parent(other, number)
            replacement = list(changes(twin))[choice]
            put(parent, twin, replacement)
            text = ast.unparse(ast.fix_missing_locations(other))
            pairs = zip(before, text.splitlines(), strict=False)
            old, new = next(((a, b) for a, b in pairs if a != b), ("", ""))
            if text not in found and text.splitlines() != before:
                found[text] = Mutation(old.strip(), new.strip(), text)
    return list(found.values())


def undocumented(tree: ast.Module) -> ast.Module:
    """The tree without docstrings, annotations and `strict=`, where a mutation would change nothing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            if ast.get_docstring(node) is not None:
                node.body = node.body[1:] or [ast.Pass()]
            node.returns = None
            for argument in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]:
                argument.annotation = None
        if isinstance(node, ast.Call):
            node.keywords = [keyword for keyword in node.keywords if keyword.arg != "strict"]
        for name, value in ast.iter_fields(node):
            if isinstance(value, list):
                setattr(node, name, [plain_assignment(item) for item in value])
    return tree


def plain_assignment(node: object) -> object:
    """`x: int = 1` as `x = 1`; everything else as it is."""
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return ast.Assign(targets=[node.target], value=node.value, lineno=node.lineno)
    return node


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """What a node could be instead."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for kind in COMPARISONS[type(node.ops[0])]:
            yield ast.Compare(node.left, [kind()], node.comparators)
    elif isinstance(node, ast.BinOp):
        if type(node.op) in ARITHMETIC:
            yield ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
        yield node.left
        if isinstance(node.op, ast.Add | ast.Mult):
            yield node.right
    elif isinstance(node, ast.AugAssign):
        if type(node.op) in ARITHMETIC:
            yield ast.AugAssign(node.target, ARITHMETIC[type(node.op)](), node.value)
        yield ast.Assign([node.target], node.value)
    elif isinstance(node, ast.Constant):
        yield from (ast.Constant(value) for value in constants(node.value))
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse


def constants(value: object) -> tuple[bool | int | float, ...]:
    """A constant's neighbours; a text has none."""
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return (value + 1, value - 1)
    return (value + 1.0, value / 2) if isinstance(value, float) and value else (1.0,) if value == 0.0 else ()


def with_parent(tree: ast.AST, number: int) -> tuple[ast.AST, ast.AST]:
    """The node that `ast.walk` meets in place `number`, and its parent."""
    node = next(one for place, one in enumerate(ast.walk(tree)) if place == number)
    parent = next(one for one in ast.walk(tree) if any(child is node for child in ast.iter_child_nodes(one)))
    return parent, node


def put(parent: ast.AST, old: ast.AST, new: ast.AST) -> None:
    """Replace a child of `parent`."""
    for name, value in ast.iter_fields(parent):
        if value is old:
            setattr(parent, name, new)
        elif isinstance(value, list) and any(item is old for item in value):
            setattr(parent, name, [new if item is old else item for item in value])
