"""The signed documents that were made of entries: sound, of this entry, by the right key, none taken away."""

from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import OKPKey

from orders import canonical
from orders.evidence.checks._subject import Finding, Subject
from orders.evidence.documents import certificates, trust
from orders.evidence.documents.making import KINDS, MEDIA_TYPE, source_of
from orders.models import Document, DocumentKind, Exhibit, TrustService


def made(subject: Subject) -> Iterator[Finding]:
    """Findings about the documents of one dossier; one that was not made yet is none."""
    documents = Document.objects.filter(entry__dossier=subject.dossier).select_related("entry__dossier")
    for document in documents.order_by("entry__number"):
        exhibit = Exhibit.objects.filter(pk=document.exhibit_id).first()
        if exhibit is None:
            yield subject.finding(document.entry.number, f"there is no exhibit {document.exhibit_id} (its document)")
        else:
            yield from _examined(subject, document, exhibit)


def _examined(subject: Subject, document: Document, exhibit: Exhibit) -> Iterator[Finding]:
    from orders.evidence.documents import pades  # noqa: PLC0415  pyHanko takes most of a second to load

    entry = document.entry
    yield from subject.differs(entry.number, "kind of the document", is_=document.kind, should=KINDS.get(entry.act))
    yield from subject.differs(entry.number, "media type of the document", is_=exhibit.media_type, should=MEDIA_TYPE)
    if entry.act not in KINDS:
        return
    try:
        seal = pades.examined(bytes(exhibit.content), roots=trust.roots())
    except ValueError as error:
        yield subject.finding(entry.number, f"document {exhibit.sha256}: {error}")
        return
    stamped = document.stamped_at
    yield from subject.differs(entry.number, "stamped_at of the document", is_=stamped, should=seal.stamped_at)
    attached = [canonical.sha256(content) for content in seal.attached.values()]
    should = [canonical.sha256(source_of(entry))]
    yield from subject.differs(entry.number, "what the document shows", is_=attached, should=should)
    if seal.issuer == certificates.SIMULATED and seal.public != _key(subject, document):
        yield subject.finding(entry.number, f"the document is signed by {seal.subject}, which is not whose it is")


def _key(subject: Subject, document: Document) -> bytes:
    """The public key (DER) that is to sign: of the authority that issued, or of the recorder."""
    if document.kind == DocumentKind.ANNEX_I:
        signing = OKPKey.import_key(subject.keys[document.entry.facts["key"]].public_jwk)
        return signing.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    recorder = TrustService.objects.get(role=TrustService.Role.RECORDER)
    certificate = x509.load_pem_x509_certificate(recorder.certificate_pem.encode())
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def taken_away() -> Iterator[Finding]:
    """The bytes of documents whose row is gone."""
    for digest in Exhibit.objects.filter(media_type=MEDIA_TYPE, document=None).values_list("pk", flat=True):
        yield Finding(f"exhibit {digest}", None, "it is a document, but no row says of which entry")
