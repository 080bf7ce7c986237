"""Which column of somebody else's table holds what, by the words in its first line."""

import re
from collections.abc import Mapping, Sequence

from tracker.candidates.keys import search_name

#: What a column can hold, in the order in which pages offer it: field → what it is called.
FIELDS: Mapping[str, str] = {
    "name": "Full name",
    "first_name": "First name",
    "last_name": "Last name",
    "email": "E-mail",
    "phone": "Phone",
    "title": "Job title now",
    "company": "Company now",
    "location": "Place",
    "profile": "Profile or website",
    "website": "Profile or website, second",
    "applied_on": "Applied on",
    "source": "Source",
    "salary_wish": "Salary wish",
    "notice": "Notice period",
    "work_permit": "Work permit",
    "notes": "Notes",
}

#: Headings as other systems and people write them, folded.
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "name", "full name", "candidate", "candidate name", "applicant", "applicant name", "bewerber", "bewerberin",
        "vollstandiger name", "nom complet", "nombre completo", "nombre y apellidos", "person",
    ),
    "first_name": ("first name", "given name", "forename", "firstname", "vorname", "prenom", "nombre", "first"),
    "last_name": (
        "last name", "family name", "surname", "lastname", "nachname", "familienname", "nom", "apellido", "apellidos",
        "last",
    ),
    "email": (
        "email", "e mail", "email address", "e mail address", "mail", "email adresse", "e mail adresse", "courriel",
        "correo", "correo electronico", "primary email", "personal email", "email addresses",
    ),
    "phone": (
        "phone", "phone number", "telephone", "telephone number", "mobile", "mobile number", "mobile phone", "cell",
        "tel", "telefon", "telefonnummer", "handy", "mobil", "telefono", "movil", "portable", "phone numbers",
    ),
    "title": (
        "title", "current title", "job title", "headline", "position", "current position", "stelle", "beruf",
        "berufsbezeichnung", "poste", "puesto", "aktuelle position",
    ),
    "company": (
        "company", "current company", "employer", "current employer", "organisation", "organization", "arbeitgeber",
        "aktueller arbeitgeber", "firma", "unternehmen", "entreprise", "empresa", "company name",
    ),
    "location": (
        "location", "address", "city", "place", "residence", "ort", "wohnort", "stadt", "adresse", "lieu", "ville",
        "ciudad", "ubicacion", "country",
    ),
    "profile": (
        "social media", "linkedin", "linkedin url", "linkedin profile", "profile", "profile url", "linkedin profil",
        "profil", "social media addresses",
    ),
    "website": (
        "website", "websites", "github", "github url", "github profile", "portfolio", "homepage", "web", "url",
        "webseite", "site web", "website addresses", "links",
    ),
    "applied_on": (
        "applied on", "applied at", "applied", "application date", "date applied", "date of application", "created at",
        "beworben am", "bewerbungsdatum", "eingang", "eingangsdatum", "date de candidature", "fecha de solicitud",
    ),
    "source": (
        "source", "channel", "origin", "referred by", "quelle", "kanal", "herkunft", "fuente", "provenance",
        "source name",
    ),
    "salary_wish": (
        "salary", "salary wish", "salary expectation", "salary expectations", "expected salary", "desired salary",
        "gehaltswunsch", "gehaltsvorstellung", "wunschgehalt", "pretentions salariales", "pretension salarial",
    ),
    "notice": ("notice", "notice period", "kundigungsfrist", "preavis", "preaviso", "availability", "verfugbarkeit"),
    "work_permit": ("work permit", "work authorization", "work authorisation", "visa", "arbeitserlaubnis"),
    "notes": (
        "notes", "note", "comment", "comments", "remark", "remarks", "bemerkung", "bemerkungen", "notiz", "notizen",
        "anmerkung", "anmerkungen", "commentaire", "commentaires", "notas", "comentarios", "summary",
    ),
}  # fmt: skip
_FIELD_OF = {heading: field for field, headings in _HEADINGS.items() for heading in headings}
_IN_BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]")
_CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP", "zł": "PLN", "kč": "CZK", "₹": "INR", "¥": "JPY"}
_CODE = re.compile(r"\b([A-Z]{3})\b")
KNOWN_CODES = frozenset(
    {
        "EUR", "USD", "GBP", "CHF", "PLN", "CZK", "SEK", "NOK", "DKK", "HUF", "RON", "BGN", "TRY", "UAH", "INR", "JPY",
        "CNY", "BRL", "MXN", "CAD", "AUD", "NZD", "SGD", "ZAR", "ILS", "KRW",
    }
)  # fmt: skip


def guess_columns(header: Sequence[str]) -> dict[str, int]:
    """Field → number of its column (from 0), for the headings that are known; each field and column once."""
    found: dict[str, int] = {}
    for index, heading in enumerate(header):
        field = _FIELD_OF.get(search_name(_IN_BRACKETS.sub(" ", heading)))
        if field and field not in found:
            found[field] = index
    if "first_name" in found and "last_name" not in found and "name" in found:
        # "Nombre" beside "Nombre completo" and the like: the full name is enough.
        del found["first_name"]
    if "name" in found and "first_name" in found and "last_name" in found:
        del found["name"]
    return found


def currency_in(text: str) -> str:
    """The currency that a heading or an amount names: "Gehaltswunsch (EUR)" → EUR. Empty when it names none."""
    for sign, code in _CURRENCIES.items():
        if sign in text.lower():
            return code
    return next((code for code in _CODE.findall(text) if code in KNOWN_CODES), "")
