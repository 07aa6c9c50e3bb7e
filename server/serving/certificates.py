"""A local certificate authority in instance/tls, so that phones get HTTPS (camera, service worker) without internet.

ca.crt is what a phone trusts, once; hub.crt is signed by it for this machine's names and addresses, and made anew when
these change or when it is about to run out. Keys are readable by the hub's own user only.
"""

from __future__ import annotations

import ipaddress
import ssl
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server import clock
from server.accounts.secrets_file import write_private
from server.assemble import StartupProblem
from server.serving.addresses import host_names

CA_DAYS = 3650
# Browsers refuse leaves that live longer.
LEAF_DAYS = 397
RENEW_BEFORE = timedelta(days=30)
KEY_USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def server_context(folder: Path, addresses: list[str]) -> ssl.SSLContext:
    """A TLS context with a certificate for this machine's present addresses."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        ensure_certificates(folder, addresses)
        context.load_cert_chain(folder / "hub.crt", folder / "hub.key")
    except (OSError, ValueError) as error:
        raise StartupProblem(
            f"the certificates in {folder} cannot be used ({error}); move the folder away and start again "
            "(phones then trust the new ca.crt once), or set GREENLANE_HTTPS_PORT=0"
        ) from error
    return context


def renew(context: ssl.SSLContext, folder: Path, addresses: list[str]) -> bool:
    """Make and load a new certificate when the addresses changed or the old one runs out."""
    if not ensure_certificates(folder, addresses):
        return False
    context.load_cert_chain(folder / "hub.crt", folder / "hub.key")
    return True


def ensure_certificates(folder: Path, addresses: list[str]) -> bool:
    """Make what is missing or out of date in the folder; returns whether the hub's certificate is new."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if not (folder / "ca.crt").exists() or not (folder / "ca.key").exists():
        make_authority(folder)
    if is_leaf_current(folder, addresses):
        return False
    make_leaf(folder, addresses)
    return True


def alternative_names(addresses: list[str]) -> list[x509.GeneralName]:
    """Every name and address by which a client may call this hub."""
    ips = dict.fromkeys(["127.0.0.1", "::1", *addresses])
    names: list[x509.GeneralName] = [x509.DNSName(name) for name in host_names()]
    return names + [x509.IPAddress(ipaddress.ip_address(ip)) for ip in ips]


def is_leaf_current(folder: Path, addresses: list[str]) -> bool:
    """Whether the hub's certificate fits its key's folder, these addresses, and the time."""
    if not (folder / "hub.crt").exists() or not (folder / "hub.key").exists():
        return False
    leaf = x509.load_pem_x509_certificate((folder / "hub.crt").read_bytes())
    authority = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
    if leaf.issuer != authority.subject or leaf.not_valid_after_utc - clock.now() < RENEW_BEFORE:
        return False
    covered = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(alternative_names(addresses)) <= set(covered)


def make_authority(folder: Path) -> None:
    """Make the authority's key and certificate. Its name carries a number, so that two hubs are told apart."""
    key = ec.generate_private_key(ec.SECP256R1())
    serial = x509.random_serial_number()
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Greenlane"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Greenlane local CA {serial % 10**6:06d}"),
        ]
    )
    builder = certificate_builder(name, name, key.public_key(), serial, timedelta(days=CA_DAYS))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(x509.KeyUsage(**key_usage(sign_certificates=True)), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    certificate = builder.sign(key, hashes.SHA256())
    write_private(folder / "ca.key", pem_of_key(key))
    write_private(folder / "ca.crt", certificate.public_bytes(serialization.Encoding.PEM))


def make_leaf(folder: Path, addresses: list[str]) -> None:
    """Make the hub's key and a certificate signed by the authority."""
    authority_key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    if not isinstance(authority_key, ec.EllipticCurvePrivateKey):
        raise ValueError("ca.key is not an EC key")
    authority = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Greenlane hub")])
    serial = x509.random_serial_number()
    builder = certificate_builder(name, authority.subject, key.public_key(), serial, timedelta(days=LEAF_DAYS))
    builder = builder.add_extension(x509.SubjectAlternativeName(alternative_names(addresses)), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.KeyUsage(**key_usage(sign_certificates=False)), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    builder = builder.add_extension(identifier, critical=False)
    certificate = builder.sign(authority_key, hashes.SHA256())
    write_private(folder / "hub.key", pem_of_key(key))
    write_private(folder / "hub.crt", certificate.public_bytes(serialization.Encoding.PEM))


def certificate_builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, serial: int, valid: timedelta
) -> x509.CertificateBuilder:
    """What both certificates have in common. Valid from yesterday, because phones' clocks run behind."""
    since: datetime = clock.now() - timedelta(days=1)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    return builder.serial_number(serial).not_valid_before(since).not_valid_after(since + valid)


def key_usage(*, sign_certificates: bool) -> dict[str, bool]:
    wanted = {"key_cert_sign", "crl_sign"} if sign_certificates else {"digital_signature"}
    return {use: use in wanted for use in KEY_USES}


def pem_of_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
