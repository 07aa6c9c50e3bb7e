"""Staff badges: an NFC tag or a printed QR code with a token that the hub signed and every device verifies offline."""
