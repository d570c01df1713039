"""ASN.1 payloads: credentials, joining, firmware activation (GBCS section 13)."""
