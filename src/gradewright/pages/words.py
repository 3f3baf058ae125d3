"""What the rules say in codes, in the words of the reader's language."""

from __future__ import annotations

from django.utils.formats import get_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override

from gradewright.errors import InfrastructureError
from gradewright.exercises.judged import Hint, HintKind, Invalid, InvalidCode

LONGEST_VALUE = 100  # characters of a posted value that an error quotes


def localised(number: str) -> str:
    """A number as the reader's language writes it."""
    return number.replace(".", get_format("DECIMAL_SEPARATOR")) if "." in number else number


def error_text(invalid: Invalid) -> str:
    """Why a value cannot be judged, as plain text."""
    match invalid.code:
        case InvalidCode.REQUIRED:
            return gettext("An answer is required.")
        case InvalidCode.NOT_OFFERED:
            return gettext("“%(value)s” is none of the options.") % {"value": invalid.value[:LONGEST_VALUE]}
        case InvalidCode.NOT_AN_INTEGER:
            return gettext("Enter a whole number.")
        case InvalidCode.NOT_A_NUMBER:
            return gettext("Enter a number.")
        case InvalidCode.TOO_LONG:
            return gettext("The answer is too long.")


def hint_html(hint: Hint) -> SafeString:
    match hint.kind:
        case HintKind.AUTHOR:
            return SafeString(hint.text)  # the author's own
        case HintKind.DIFFERENCE:
            return format_html('<code style="white-space: pre-wrap">{}</code>', hint.text)
        case HintKind.SEVERAL_ACCEPTED:
            text = gettext("Several answers are accepted. What your answer has in common with each:")
        case HintKind.SEVERAL_SELECTABLE:
            text = gettext("More than one option can be selected.")
        case HintKind.ONLY_FULLY_CORRECT:
            text = gettext("Only an entirely correct answer gives points.")
        case HintKind.NOT_COMPARED:
            text = gettext("The answer could not be compared in time.")
    return format_html("{}", text)


def trouble(language: str) -> InfrastructureError:
    """What everybody may know of a fault of ours."""
    with override(language):
        return InfrastructureError(
            gettext(
                "The service has a problem, and nothing of what was sent was kept. It does not count as an attempt."
            ),
            remedy=gettext("Send it again later, or tell the staff: the log of the service says more."),
        )
