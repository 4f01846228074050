"""Tags are merged; what a resource says itself wins."""

from saai_infra.tags import stage_tags


def test_the_programs_tags_win_over_the_configurations() -> None:
    """Cost reports rely on them."""
    assert stage_tags("dev", {"stage": "otra", "equipo": "ventas"}) == {
        "proyecto": "saai",
        "stage": "dev",
        "equipo": "ventas",
    }
