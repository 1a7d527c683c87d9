"""The built-in certification authority: simulated, of this installation alone, and so every certificate says."""

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from orders import canonical, ids
from orders.models import AuthorityKey, TrustService

Role = TrustService.Role
SIMULATED = "SIMULATED, no legal effect"
NAMES = {
    Role.CERTIFICATES: "Simulated certification authority",
    Role.TIME: "Simulated time-stamping authority",
    Role.RECORDER: "Recorder of the simulator",
}
# Fixed, so that a certificate follows from its keys and need not be stored.
VALID_FROM, VALID_UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2060, 1, 1, tzinfo=UTC)


def service(role: Role, *, at: datetime) -> TrustService:
    """The built-in service of `role`, made at `at` when it is first needed; two at once make one."""
    found = TrustService.objects.filter(role=role).first()
    return found or TrustService.objects.get_or_create(role=role, defaults=_made(role, at))[0]


def of_authority(key: AuthorityKey, *, at: datetime) -> x509.Certificate:
    """The certificate of an authority's signing key: its name, its Member State and the name of the key."""
    authority, private = key.authority, load_pem_private_key(key.private_pem.encode(), password=None)
    assert isinstance(private, Ed25519PrivateKey)  # as orders.signing makes them
    return _certified(_subject(authority.name, authority.member_state, key.kid), private.public_key(), at=at)


def pem(certificate: x509.Certificate) -> str:
    """A certificate as text."""
    return certificate.public_bytes(Encoding.PEM).decode()


def _made(role: Role, at: datetime) -> dict[str, object]:
    key: Ed25519PrivateKey | RSAPrivateKey = Ed25519PrivateKey.from_private_bytes(ids.random_bytes(32))
    if role == Role.TIME:  # the stamper that is built into pyHanko takes RSA alone
        key = generate_private_key(public_exponent=65537, key_size=2048)
    if isinstance(key, Ed25519PrivateKey) and role == Role.CERTIFICATES:
        certificate = _root(key)
    else:
        certificate = _certified(_subject(NAMES[role]), key.public_key(), at=at, stamps_time=role == Role.TIME)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return {"private_pem": private, "certificate_pem": pem(certificate), "created_at": at}


def _root(key: Ed25519PrivateKey) -> x509.Certificate:
    name = _subject(NAMES[Role.CERTIFICATES])
    built = _begun(name, key.public_key()).issuer_name(name)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return built.add_extension(_usage(signs_certificates=True), critical=True).sign(key, None)


def _certified(
    subject: x509.Name, public: Ed25519PublicKey | RSAPublicKey, *, at: datetime, stamps_time: bool = False
) -> x509.Certificate:
    """A certificate by the built-in authority, which is made at `at` when there is none yet."""
    root = service(Role.CERTIFICATES, at=at)
    key = load_pem_private_key(root.private_pem.encode(), password=None)
    assert isinstance(key, Ed25519PrivateKey)  # as `_made` made it
    issuer = x509.load_pem_x509_certificate(root.certificate_pem.encode()).subject
    built = _begun(subject, public).issuer_name(issuer)
    built = built.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    built = built.add_extension(_usage(signs_certificates=False), critical=True)
    if stamps_time:
        built = built.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return built.sign(key, None)


def _begun(subject: x509.Name, public: Ed25519PublicKey | RSAPublicKey) -> x509.CertificateBuilder:
    digest = canonical.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    built = x509.CertificateBuilder().subject_name(subject).public_key(public).serial_number(int(digest[:30], 16))
    return built.not_valid_before(VALID_FROM).not_valid_after(VALID_UNTIL)


def _subject(name: str, member_state: str = "", key: str = "") -> x509.Name:
    said = [(NameOID.COUNTRY_NAME, member_state), (NameOID.ORGANIZATION_NAME, SIMULATED), (NameOID.COMMON_NAME, name)]
    said.append((NameOID.SERIAL_NUMBER, key))
    return x509.Name([x509.NameAttribute(oid, text[:64]) for oid, text in said if text])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
