"""The suite's own ground: a fresh migrated database of each kind for every test."""

from sqlalchemy import create_engine, text


def test_every_test_starts_with_the_areas_of_the_demo_county(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        codes = connection.scalars(text("select code from areas order by code")).all()
    engine.dispose()
    assert codes == ["370321", "370321110", "370321110217", "370321110223"]
