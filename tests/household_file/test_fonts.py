"""Names keep one face: the wanted one if it holds every character, else another whole."""

from server.household_file.typeset import fonts
from tests.household_file.households import RARE


def test_the_faces_that_the_file_needs_are_installed() -> None:
    assert fonts.missing() == ()


def test_rare_characters_of_names_are_in_the_faces_of_cells_and_of_prose() -> None:
    for name in RARE:
        assert fonts.name_class(name, fonts.SONG) == ""
        assert fonts.name_class(name, fonts.KAI) == ""


def test_a_name_with_a_character_of_extension_f_goes_into_the_last_face_whole() -> None:
    assert fonts.name_class("张\U0002cea1", fonts.SONG) == "last"
    assert fonts.unprintable("张\U0002cea1") == ""


def test_a_character_that_no_face_has_is_told() -> None:
    assert fonts.unprintable("张\U000313a0") == "\U000313a0"
