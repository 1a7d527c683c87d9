"""Certificates and time stamps from elsewhere, as an operator configures them."""

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from orders.evidence import verify
from orders.evidence.documents import making, pades, trust
from orders.evidence.documents.trust import Sealer
from orders.models import Document
from tests.factories import issued, received
from tests.orders.bundles import files
from tests.orders.exported import taken

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PASSWORD = "a synthetic password"


def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(name, of, *, issuer, by, stamps=False, root=False):
    """A certificate as other authorities make them: RSA, with the usual usages."""
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (name, issuer)]
    built = x509.CertificateBuilder().subject_name(names[0]).issuer_name(names[1]).public_key(of.public_key())
    built = built.serial_number(x509.random_serial_number()).not_valid_before(NOW - timedelta(days=9))
    built = built.not_valid_after(NOW + timedelta(days=9))
    built = built.add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
    usages = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    signs = {"digital_signature": not root, "content_commitment": not root, "key_cert_sign": root, "crl_sign": root}
    built = built.add_extension(x509.KeyUsage(**usages, **signs), critical=True)
    if stamps:
        built = built.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return built.sign(by, hashes.SHA256())


@pytest.fixture(scope="module")
def elsewhere():
    """A root, and what it certified: an authority and a time stamper, each with its key."""
    root_key, signer_key, time_key = key(), key(), key()
    root = certificate("Root elsewhere", root_key, issuer="Root elsewhere", by=root_key, root=True)
    signer = certificate("Authority elsewhere", signer_key, issuer="Root elsewhere", by=root_key)
    stamps = certificate("Time elsewhere", time_key, issuer="Root elsewhere", by=root_key, stamps=True)
    return root, (signer, signer_key), (stamps, time_key)


@pytest.fixture
def configured(elsewhere, settings, tmp_path):
    """The settings of an operator; the address answers as RFC 3161 says."""
    root, (signer, signer_key), (stamps, time_key) = elsewhere
    sealed = BestAvailableEncryption(PASSWORD.encode())
    for code in ("de-fpo", "recorder"):
        held = pkcs12.serialize_key_and_certificates(code.encode(), signer_key, signer, None, sealed)
        (tmp_path / f"{code}.p12").write_bytes(held)
    (tmp_path / "roots.pem").write_bytes(root.public_bytes(Encoding.PEM))
    settings.DOCUMENT_CERTIFICATES, settings.DOCUMENT_CERTIFICATES_PASSWORD = str(tmp_path), PASSWORD
    settings.DOCUMENT_ROOTS = str(tmp_path / "roots.pem")
    private = time_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    server = HTTPServer(("127.0.0.1", 0), answering(Sealer("time", private, stamps.public_bytes(Encoding.DER))))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.DOCUMENT_TSA_URL = f"http://127.0.0.1:{server.server_port}/tsa"
    yield tmp_path
    server.shutdown()
    server.server_close()


def answering(stamper: Sealer) -> type[BaseHTTPRequestHandler]:
    class Stamps(BaseHTTPRequestHandler):
        def do_POST(self):
            assert self.headers["Content-Type"] == "application/timestamp-query"
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            said = pades.stamper(stamper, at=NOW).request_tsa_response(asked).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_):
            pass

    return Stamps


def test_a_document_is_signed_and_stamped_by_those_whom_the_operator_configured(configured):
    order = issued()
    document = making.document_of(order.dossier.entries.get(act="issue"), at=NOW)
    seal = pades.examined(bytes(document.exhibit.content), roots=trust.roots())
    assert (seal.subject, seal.stamped_at) == ("Common Name: Authority elsewhere", NOW)
    assert trust.sentence().count("the operator configured") == 2
    assert list(verify.findings()) == []


def test_the_roots_that_the_operator_configured_are_in_the_bundle_of_their_documents(configured):
    making.document_of(issued().dossier.entries.get(act="issue"), at=NOW)
    within = files(taken(at=NOW)[1])
    held = [content for name, content in within.items() if name.startswith("data/certificates/")]
    pdf = within[f"data/exhibits/{json.loads(within['data/documents.jsonl'])['sha256']}"]
    roots = [x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER) for pem in held]
    assert pades.examined(pdf, roots=roots).subject == "Common Name: Authority elsewhere"


def test_a_signature_of_elsewhere_does_not_hold_where_its_root_is_not_trusted(configured, settings):
    document = making.document_of(issued().dossier.entries.get(act="issue"), at=NOW)
    settings.DOCUMENT_ROOTS = ""
    assert "signature does not hold" in str(next(verify.findings()))
    assert document


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda path: (path / "de-fpo.p12").unlink(), "put the key and certificate of de-fpo there"),
        (lambda path: (path / "de-fpo.p12").write_bytes(b"nonsense"), "cannot be read"),
    ],
)
def test_a_missing_or_broken_file_of_keys_is_named_and_nothing_is_kept(configured, spoil, sentence):
    spoil(configured)
    with pytest.raises(trust.NotSealed, match=sentence):
        making.document_of(received().dossier.entries.get(act="issue"), at=NOW)
    assert not Document.objects.exists()
