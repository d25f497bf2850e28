"""How to reach somebody; for who may read personal data and has said what for."""

from ..models import Case, Contact


def contact_of(case: Case) -> Contact | None:
    """The contact of a case's person; what of it is shown is decided where it is shown."""
    return Contact.objects.filter(person=case.person, erased_at=None).first()
