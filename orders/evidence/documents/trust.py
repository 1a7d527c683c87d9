"""Who signs documents and who stamps their time: the built-in simulated services, or real ones given by settings."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from django.conf import settings

from orders.evidence.documents import certificates
from orders.models import AuthorityKey, TrustService

RECORDER = "recorder"


class NotSealed(Exception):
    """A document could not be signed or stamped now; the sentence says what to do. Nothing was stored."""


@dataclass(frozen=True)
class Sealer:
    """A key (PKCS #8, DER) with its certificate and those between it and a root, as DER."""

    name: str
    private: bytes
    certificate: bytes
    chain: tuple[bytes, ...] = ()


def sentence() -> str:
    """Whose certificates and time stamps the documents carry; it stands in each."""
    ca = "comes from the authority that the operator configured"
    simulated = "comes from an authority that is built into the simulator"
    return (
        f"The certificate of its signature {ca if settings.DOCUMENT_CERTIFICATES else simulated}; "
        f"its time stamp {ca if settings.DOCUMENT_TSA_URL else simulated}."
    )


def of_authority(key: AuthorityKey, *, at: datetime) -> Sealer:
    """The issuing authority signs with the key that it signed the order with. Raises NotSealed."""
    if settings.DOCUMENT_CERTIFICATES:
        return _from_file(key.authority.code)
    certificate = certificates.of_authority(key, at=at)
    return Sealer(key.authority.name, _der(key.private_pem), certificate.public_bytes(Encoding.DER))


def of_recorder(*, at: datetime) -> Sealer:
    """The operator signs what it received. Raises NotSealed."""
    if settings.DOCUMENT_CERTIFICATES:
        return _from_file(RECORDER)
    return _built_in(TrustService.Role.RECORDER, at=at)


def of_time(*, at: datetime) -> Sealer:
    """The built-in time-stamping authority."""
    return _built_in(TrustService.Role.TIME, at=at)


def roots() -> list[bytes]:
    """The certificates (DER) that a signature here may go back to: the built-in one, and those of DOCUMENT_ROOTS."""
    own = TrustService.objects.filter(role=TrustService.Role.CERTIFICATES).values_list("certificate_pem", flat=True)
    given = [Path(settings.DOCUMENT_ROOTS).read_text()] if settings.DOCUMENT_ROOTS else []
    found = [x509.load_pem_x509_certificates(pem.encode()) for pem in (*own, *given)]
    return [one.public_bytes(Encoding.DER) for several in found for one in several]


def _built_in(role: TrustService.Role, *, at: datetime) -> Sealer:
    service = certificates.service(role, at=at)
    certificate = x509.load_pem_x509_certificate(service.certificate_pem.encode())
    return Sealer(certificates.NAMES[role], _der(service.private_pem), certificate.public_bytes(Encoding.DER))


def _from_file(code: str) -> Sealer:
    path = Path(settings.DOCUMENT_CERTIFICATES) / f"{code}.p12"
    try:
        held = load_pkcs12(path.read_bytes(), settings.DOCUMENT_CERTIFICATES_PASSWORD.encode() or None)
    except (OSError, ValueError) as error:
        raise NotSealed(f"{path} cannot be read ({error}): put the key and certificate of {code} there.") from error
    if held.key is None or held.cert is None:
        raise NotSealed(f"{path} holds no key with its certificate: export both of {code} into it.")
    private = held.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    chain = tuple(one.certificate.public_bytes(Encoding.DER) for one in held.additional_certs)
    return Sealer(code, private, held.cert.certificate.public_bytes(Encoding.DER), chain)


def _der(pem: str) -> bytes:
    key = load_pem_private_key(pem.encode(), password=None)
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
