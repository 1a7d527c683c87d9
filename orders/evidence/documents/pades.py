"""PAdES signatures with a time stamp (B-T) by pyHanko, and their strict examination.

Import it where it is used: pyHanko takes most of a second to load.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from asn1crypto import cms, core, keys, tsp, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import find_unique_cms_attribute
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError, set_tsp_headers
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from orders.evidence.documents.trust import NotSealed, Sealer

FIELD = "Signature"
PATIENCE = 10  # seconds for one answer of a time-stamping authority


class _Signer(PdfSigner):
    """Signs as of the time that it is given."""

    at: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.at
        return session


class RemoteStamper(TimeStamper):
    """A time-stamping authority that is asked over HTTP (RFC 3161, section 3.4)."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__()

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            answer = await client.post(self.url, content=req.dump(), headers=set_tsp_headers({}))
        answer.raise_for_status()
        return tsp.TimeStampResp.load(answer.content)


def stamper(built_in: Sealer, *, at: datetime) -> TimeStamper:
    """The simulated time-stamping authority, which says `at`."""
    certificate, key = x509.Certificate.load(built_in.certificate), keys.PrivateKeyInfo.load(built_in.private)
    return DummyTimeStamper(certificate, key, fixed_dt=at.replace(microsecond=0))


def signed(unsigned: bytes, *, by: Sealer, reason: str, stamps: TimeStamper, at: datetime) -> bytes:
    """`unsigned` with the signature of `by` and a time stamp over it, as an incremental update. Raises NotSealed."""
    chain = SimpleCertificateStore()
    chain.register_multiple(x509.Certificate.load(one) for one in by.chain)
    signer = SimpleSigner(
        signing_cert=x509.Certificate.load(by.certificate),
        signing_key=keys.PrivateKeyInfo.load(by.private),
        cert_registry=chain,
    )
    said = PdfSignatureMetadata(field_name=FIELD, name=by.name, reason=reason, subfilter=SigSeedSubFilter.PADES)
    pdf_signer = _Signer(said, signer=signer, timestamper=stamps)
    pdf_signer.at = at
    try:
        written = pdf_signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(unsigned)))
    except (TimestampRequestError, httpx.HTTPError, OSError, ValueError) as error:
        raise NotSealed(f"No time stamp could be had ({type(error).__name__}: {error}): it is tried again.") from error
    return bytes(written.getbuffer())


@dataclass(frozen=True)
class Seal:
    """What a sound document says.

    Whose key (DER, SubjectPublicKeyInfo) signed it, which organisation certified that, the time stamp, its files.
    """

    subject: str
    issuer: str
    public: bytes
    stamped_at: datetime
    attached: dict[str, bytes]


def examined(pdf: bytes, *, roots: list[bytes]) -> Seal:
    """What `pdf` says, when its one signature covers all of it and goes back to `roots`. Raises ValueError."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        (embedded,) = reader.embedded_regular_signatures
        stamped_at = _stamped_at(embedded)
        context = _context(roots, stamped_at)
        status = validate_pdf_signature(embedded, context, context)
    except Exception as error:  # a broken file makes pyHanko raise whatever the break leads to
        raise ValueError(f"it cannot be read as a signed PDF: {type(error).__name__}: {error}") from error
    if not status.bottom_line or status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        raise ValueError(f"its signature does not hold: {status.summary()}, {status.coverage}")
    _check_container(pdf, embedded)
    certificate = embedded.signer_cert
    issuer = certificate.issuer.native.get("organization_name", "")
    public, attached = certificate.public_key.dump(), dict(_attached(reader))
    return Seal(certificate.subject.human_friendly, issuer, public, stamped_at, attached)


def _context(roots: list[bytes], moment: datetime) -> ValidationContext:
    """As of the time stamp: what held then holds, whatever expired since. Nothing is fetched."""
    trusted = [x509.Certificate.load(one) for one in roots]
    return ValidationContext(trust_roots=trusted, moment=moment, allow_fetching=False)


def _stamp(embedded: EmbeddedPdfSignature) -> cms.ContentInfo:
    return find_unique_cms_attribute(embedded.signer_info["unsigned_attrs"], "signature_time_stamp_token")


def _stamped_at(embedded: EmbeddedPdfSignature) -> datetime:
    stamped_at: datetime = _stamp(embedded)["content"]["encap_content_info"]["content"].parsed["gen_time"].native
    return stamped_at


def _check_container(pdf: bytes, embedded: EmbeddedPdfSignature) -> None:
    """The signature itself is no part of what it signs: it must be written in the one way in which it was made."""
    start, length, rest, _ = (int(number) for number in embedded.byte_range)
    content = embedded.pkcs7_content
    written = cms.ContentInfo.load(content)
    _take_as_read(written)
    exact = written.dump(force=True)
    hexadecimal = (exact + bytes(len(content) - len(exact))).hex().upper()
    stamp = _stamp(embedded)
    # What no digest covers follows from RFC 5652, sections 5.1 and 5.3.
    sound = _is_plain(written["content"], "v1") and _is_plain(stamp["content"], "v3")
    if not sound or pdf[start + length : rest] != b"<" + hexadecimal.encode() + b">":
        raise ValueError("its signature is not written as it was made")


def _take_as_read(value: core.Asn1Value) -> None:
    """Else a default that asn1crypto filled in counts as a change, and all around it is written anew at each level."""
    if isinstance(value, core.Choice):
        value = value.chosen
    if isinstance(value, core.Sequence | core.SequenceOf):
        value._mutated = False
        for index in range(len(value)):
            _take_as_read(value[index])


def _is_plain(signed_data: cms.SignedData, version: str) -> bool:
    (signer,) = signed_data["signer_infos"]
    (algorithm,) = signed_data["digest_algorithms"]
    by_name = signer["sid"].name == "issuer_and_serial_number"
    same = algorithm.dump() == signer["digest_algorithm"].dump()
    numbered = signed_data["version"].native == version and signer["version"].native == ("v1" if by_name else "v3")
    return bool(same and numbered)


def _attached(reader: PdfFileReader) -> Iterator[tuple[str, bytes]]:
    files = reader.root["/AF"]
    for found in (files[index] for index in range(len(files))):
        yield str(found["/UF"]), found["/EF"]["/F"].data
