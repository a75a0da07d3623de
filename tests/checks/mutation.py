"""Mutation operators: a function's definition with one thing in it changed, in every way.

Constants, comparisons, operators, axes, slices, reductions, functions, dtypes, names, branches and
whole statements are changed, as a slip of the pen or of the mind would.
"""

import ast
import copy
from collections.abc import Iterator

COMPARISONS = [ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq]
OPERATORS = [ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow]
# Functions that are taken for one another; each stands for all others of its row.
KIN = [
    ["sum", "mean", "max", "min", "median", "prod", "std", "var"],
    ["exp", "exp2", "expm1", "log", "abs"],
    ["log", "log2", "log10", "log1p", "exp", "sqrt"],
    ["log1p", "expm1", "log", "exp"],
    ["maximum", "minimum", "add", "fmax"],
    ["abs", "square", "sign", "negative"],
    ["sqrt", "square", "abs", "cbrt"],
    ["isfinite", "isnan", "isinf"],
    ["zeros", "ones"],
    ["argmax", "argmin"],
    ["logaddexp", "logaddexp2", "maximum", "minimum"],
    ["unique", "sort"],
    ["median", "mean", "max", "min"],
    ["diagonal", "ravel"],
]


def mutants(tree: ast.Module) -> Iterator[tuple[str, ast.Module]]:
    """Yield ``(what was changed, tree)`` of every mutant of one function's definition.

    It is the same tree each time, changed in one place until the next mutant is asked for.
    """
    names = _local_names(tree)
    for node, holder, key in list(_places(tree)):
        seen = {ast.unparse(node)}
        for description, change in _changes(node, names):
            place = copy.deepcopy(node)
            changed = change(place) or place
            if (source := ast.unparse(changed)) not in seen:
                seen.add(source)
                holder[key] = ast.fix_missing_locations(ast.copy_location(changed, node))
                yield f"line {getattr(node, 'lineno', 1)}: {description}", tree
                holder[key] = node


def _places(tree):
    """Yield every node below the root, the list or the fields that hold it, and its key there."""
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            held = enumerate(value) if isinstance(value, list) else [(field, value)]
            holder = value if isinstance(value, list) else vars(parent)
            yield from ((node, holder, key) for key, node in held if isinstance(node, ast.AST))


def _changes(node, names):
    """Yield ``(description, change)``; a change mends a node in place or returns a new one."""
    text = ast.unparse(node) if isinstance(node, ast.expr) else ""
    if isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.Compare):
        for kind in COMPARISONS:
            for position, operator in enumerate(node.ops):
                if not isinstance(operator, (kind, ast.In)):
                    yield f"{text}: {kind.__name__}", _set_operator(position, kind)
        for value in (True, False):
            yield f"{text} -> {value}", lambda _, value=value: ast.Constant(value)
    elif isinstance(node, ast.BinOp):
        for kind in OPERATORS:
            if not isinstance(node.op, kind):
                yield f"{text}: {kind.__name__}", _set(op=kind())
        yield f"{text} -> left", lambda place: place.left
        yield f"{text} -> right", lambda place: place.right
        yield f"{text}: swapped", _swap
    elif isinstance(node, ast.AugAssign):
        for kind in OPERATORS:
            if not isinstance(node.op, kind):
                yield f"{ast.unparse(node)}: {kind.__name__}", _set(op=kind())
    elif isinstance(node, ast.UnaryOp):
        yield f"{text} -> operand", lambda place: place.operand
    elif isinstance(node, ast.Call):
        yield from _calls(node, text)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for name in sorted(names - {node.id}):
            if node.id in names:
                yield f"{node.id} -> {name}", _set(id=name)
    elif isinstance(node, ast.Slice):
        yield f"[{text}] -> [:]", lambda place: ast.Slice()
    elif isinstance(node, ast.IfExp):
        yield f"{text} -> body", lambda place: place.body
        yield f"{text} -> orelse", lambda place: place.orelse
    elif isinstance(node, ast.BoolOp):
        for kind in (ast.And, ast.Or):
            if not isinstance(node.op, kind):
                yield f"{text}: {kind.__name__}", _set(op=kind())
        for position in range(len(node.values)):
            yield (
                f"{text} -> value {position}",
                lambda place, position=position: place.values[position],
            )
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield "without its if", _set(ifs=[])
    if _is_value(node):
        yield f"{text} -> negative", lambda place: ast.UnaryOp(ast.USub(), copy.deepcopy(place))
        for call in ("np.abs(_)", "np.asarray(_, np.float16)", "np.asarray(_, np.int64)"):
            yield f"{text} -> {call}", lambda place, call=call: _wrapped(call, place)
    if isinstance(node, ast.FunctionDef | ast.For | ast.If | ast.While):
        for position, statement in enumerate(node.body):
            if len(node.body) > 1 and not isinstance(statement, ast.Return):
                yield f"without {ast.unparse(statement)!r}", _without(position)


def _constants(node):
    value = node.value
    if value is None or value is Ellipsis or isinstance(value, str):
        return
    if isinstance(value, bool):
        yield f"{value} -> {not value}", _set(value=not value)
        return
    for other in (value + 1, value - 1, -value, 0, 1, 2 * value, value / 2):
        yield f"{value} -> {other}", _set(value=other)


def _calls(node, text):
    function = node.func
    if isinstance(function, ast.Attribute):
        for row in KIN:
            if function.attr in row:
                for name in row:
                    if name != function.attr:
                        yield f"{text}: {name}", _rename(name)
    if node.args and not isinstance(node.args[0], ast.Starred):
        yield f"{text} -> its argument", lambda place: place.args[0]
    for position in range(len(node.args) - 1):
        yield f"{text}: arguments swapped", _swap_arguments(position)
    for position, keyword in enumerate(node.keywords):
        yield f"{text}: without {keyword.arg}", _drop_keyword(position)
        if keyword.arg == "axis":
            for axis in (0, 1, -1, None):
                yield f"{text}: axis={axis}", _set_keyword(position, axis)


def _is_value(node):
    """Whether a node is a value of the calculation: no constant, module, function or index."""
    if not isinstance(node, ast.expr) or isinstance(node, ast.Constant | ast.Slice | ast.Starred):
        return False
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return False
    if isinstance(node, ast.Name):
        return node.id not in ("np", "range", "len", "zip", "list", "enumerate")
    if isinstance(node, ast.Attribute):
        return not (isinstance(node.value, ast.Name) and node.value.id == "np")
    return not (isinstance(node, ast.Tuple) and any(isinstance(e, ast.Slice) for e in node.elts))


def _local_names(tree):
    names = {
        argument.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.arguments)
        for argument in node.args
    }
    stored = {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    return names | stored


def _set(**fields):
    def change(place):
        for name, value in fields.items():
            setattr(place, name, value)

    return change


def _set_operator(position, kind):
    def change(place):
        place.ops[position] = kind()

    return change


def _set_keyword(position, value):
    def change(place):
        place.keywords[position].value = ast.Constant(value)

    return change


def _drop_keyword(position):
    def change(place):
        del place.keywords[position]

    return change


def _without(position):
    def change(place):
        del place.body[position]

    return change


def _rename(name):
    def change(place):
        place.func.attr = name

    return change


def _swap(place):
    place.left, place.right = place.right, place.left


def _swap_arguments(position):
    def change(place):
        place.args[position : position + 2] = place.args[position : position + 2][::-1]

    return change


def _wrapped(call, place):
    """A call with the place for its argument."""
    wrapped = ast.parse(call, mode="eval").body
    wrapped.args[0] = copy.deepcopy(place)
    return wrapped
