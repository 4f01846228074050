"""The built zips under AWS's own runtime client: every function starts, and AWS can take what it says."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from saai_infra.catalog import FUNCTION_NAMES
from saai_support.lambda_runtime.environment import STAGE_PYTHON
from saai_support.lambda_runtime.runtime_api import MAX_ANSWER_BYTES, FunctionFailed

from tests.aws_rules.lambda_runtime.conftest import Functions
from tests.aws_rules.lambda_runtime.takers import TAKERS, log_line
from tests.aws_rules.store_day import Call, Store, play

TENANT = "T771"


def test_the_functions_run_on_the_stages_python(functions: Functions) -> None:
    """Where it isn't here, they run on the one that is, and this says so."""
    if functions.place.python_version != STAGE_PYTHON:
        pytest.skip(f"no Python {STAGE_PYTHON} here: the functions ran on {functions.place.python_version}")


def test_every_function_starts(functions: Functions) -> None:
    """From its zip, its layer and the runtime's own packages, with the environment that the stage gives it."""
    assert sorted(functions.running) == sorted(FUNCTION_NAMES)
    assert all(function.first_poll() is not None for function in functions.running.values())


def test_a_day_of_every_function_is_taken_by_aws(functions: Functions) -> None:
    """Answers by who asked, log lines and metrics by CloudWatch's rules; nothing is written beside the code."""
    running, stack = functions.running, functions.stack.stack
    files = _files(functions)
    store = Store(tenant_id=TENANT, secret=stack.jwt_secret)
    for table, item in store.rows():
        functions.stack.clients.dynamodb.put_item(TableName=stack.tables[table], Item=item)
    calls: Counter[str] = Counter()
    before = {name: len(function.log_lines()) for name, function in running.items()}

    def call(made: Call) -> Any:
        calls[made.function] += 1
        answered = running[made.function].invoke(made.event)
        assert answered.content_type == "application/json"
        assert len(answered.body) <= MAX_ANSWER_BYTES
        answer = answered.read()
        assert list(TAKERS[made.caller](answer, made.event)) == [], answer
        return answer

    play(store.day(), call)
    assert calls.keys() == running.keys()
    lines = {name: function.log_lines()[before[name] :] for name, function in running.items()}
    assert {name: [problem for line in said for problem in log_line(line)] for name, said in lines.items()} == {
        name: [] for name in lines
    }
    assert all(len(lines[name]) >= count for name, count in calls.items())
    assert _files(functions) == files


def test_what_a_function_raises_is_reported(functions: Functions) -> None:
    """So that Lambda repeats an asynchronous invocation, and its alarm rings."""
    with pytest.raises(FunctionFailed, match="InvalidInput"):
        functions.running["DespacharTiendas"].invoke({"tarea": "?"})


def _files(functions: Functions) -> Mapping[str, int]:
    """Code and layer as they stand: Lambda's are read-only, so that bytecode which isn't shipped is made each time."""
    found = [path for root in (functions.place.task, functions.place.opt) for path in root.rglob("*") if path.is_file()]
    return {str(path): path.stat().st_mtime_ns for path in found}
