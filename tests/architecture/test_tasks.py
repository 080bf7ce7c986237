"""Tasks have four lines at most, because the work lives in the domains."""

import ast
import inspect

from worker import tasks


def test_tasks_have_four_lines_at_most() -> None:
    functions = [node for node in ast.parse(inspect.getsource(tasks)).body if isinstance(node, ast.FunctionDef)]

    lengths = {node.name: sum(not _is_docstring(line) for line in node.body) for node in functions}

    assert lengths
    assert max(lengths.values()) <= 4, lengths


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
