"""A form as PDF/A-3 (ISO 19005-3, level b), unsigned, with the JSON that it shows attached as its source."""

from pathlib import Path

import typst

from orders.evidence.documents.form import Form

_HERE = Path(__file__).parent


def rendered(form: Form) -> bytes:
    """The unsigned file. The same form gives the same bytes; fonts come with the library, never from the system."""
    inputs = {"form": form.data(), "source": form.source.decode(), "source_name": form.source_name}
    made = typst.compile(
        _HERE / "form.typ",
        root=_HERE,
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["a-3b"],
        sys_inputs=inputs,
    )
    assert isinstance(made, bytes)  # one file, since it is a PDF
    return made
