"""The local authority and the hub's certificate."""

from __future__ import annotations

import socket
import ssl
import stat
import threading
from pathlib import Path

import pytest
from cryptography import x509

from server.assemble import StartupProblem
from server.serving import certificates
from server.serving.addresses import host_names, lan_addresses


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tls"


def handshake(folder: Path, name: str, trusted: bytes) -> str:
    """What a client that trusts only `trusted` makes of the hub's certificate, called by a name."""
    server_side, client_side = socket.socketpair()
    context = certificates.server_context(folder, ["192.0.2.7"])

    def answer() -> None:
        try:
            context.wrap_socket(server_side, server_side=True).close()
        except (ssl.SSLError, OSError):
            server_side.close()

    thread = threading.Thread(target=answer)
    thread.start()
    client = ssl.create_default_context(cadata=trusted.decode())
    try:
        client.wrap_socket(client_side, server_hostname=name).close()
        outcome = "trusted"
    except ssl.SSLCertVerificationError as error:
        outcome = error.verify_message
    client_side.close()
    thread.join()
    return outcome


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "192.0.2.7"])
def test_a_phone_that_trusts_the_ca_trusts_every_address_of_the_hub(folder: Path, name: str) -> None:
    certificates.ensure_certificates(folder, ["192.0.2.7"])
    assert handshake(folder, name, (folder / "ca.crt").read_bytes()) == "trusted"


def test_another_name_and_another_authority_are_not_trusted(folder: Path, tmp_path: Path) -> None:
    certificates.ensure_certificates(folder, ["192.0.2.7"])
    certificates.ensure_certificates(tmp_path / "other", ["192.0.2.7"])
    assert handshake(folder, "192.0.2.8", (folder / "ca.crt").read_bytes()) != "trusted"
    assert handshake(folder, "localhost", (tmp_path / "other" / "ca.crt").read_bytes()) != "trusted"


def test_a_new_address_makes_a_new_certificate_under_the_same_authority(folder: Path) -> None:
    assert certificates.ensure_certificates(folder, ["192.0.2.7"])
    authority = (folder / "ca.crt").read_bytes()
    assert not certificates.ensure_certificates(folder, ["192.0.2.7"])
    assert certificates.ensure_certificates(folder, ["192.0.2.9"])
    assert (folder / "ca.crt").read_bytes() == authority
    leaf = x509.load_pem_x509_certificate((folder / "hub.crt").read_bytes())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "192.0.2.9" in {str(ip) for ip in names.get_values_for_type(x509.IPAddress)}


def test_a_new_authority_makes_a_new_certificate(folder: Path) -> None:
    certificates.ensure_certificates(folder, [])
    (folder / "ca.crt").unlink()
    assert certificates.ensure_certificates(folder, [])


def test_keys_are_for_the_hub_only(folder: Path) -> None:
    certificates.ensure_certificates(folder, [])
    for name in ("ca.key", "hub.key"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_damaged_certificate_is_one_line_with_the_remedy(folder: Path) -> None:
    certificates.ensure_certificates(folder, [])
    (folder / "hub.crt").write_text("nonsense")
    with pytest.raises(StartupProblem, match="move the folder away"):
        certificates.server_context(folder, [])


def test_addresses_are_those_of_other_machines_and_names_fit_a_certificate() -> None:
    assert all(not address.startswith("127.") for address in lan_addresses())
    assert "localhost" in host_names()
