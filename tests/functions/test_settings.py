"""What every function's settings have in common."""

import pytest
from saai_domain.settings import settings_in
from saai_support.functions import MODULES, settings_of


@pytest.mark.parametrize("function", list(MODULES))
def test_a_tables_setting_is_called_as_the_contract_calls_the_table(function: str) -> None:
    """``WS_TICKETS_TABLE`` is ``ws_tickets_table``, so that the same table has the same name everywhere."""
    variables = {name: each.variable for name, each in settings_in(settings_of(function)).items()}
    tables = {variable for variable in variables.values() if variable.endswith("_TABLE")}
    assert tables
    assert tables <= {name.upper() for name in variables}
