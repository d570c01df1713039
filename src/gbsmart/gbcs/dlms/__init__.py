"""DLMS/COSEM payloads: A-XDR data, access requests and responses, notifications, forms."""
