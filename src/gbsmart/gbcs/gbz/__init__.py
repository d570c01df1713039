"""GBZ payloads: ZigBee Smart Energy frames inside GBCS messages (GBCS section 7.2.10)."""
