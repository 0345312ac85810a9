"""Perennial's records as bytes and back, in Avro's single-object encoding: C3 01, the fingerprint of the writer's schema, the payload.

https://avro.apache.org/docs/1.12.0/specification/#single-object-encoding
"""

import io
import struct
from pathlib import Path

import avro.io
import avro.schema

MARKER = b"\xc3\x01"
EMPTY = 0xC15D213AA4D7A795

# The schemas of every release, as they stand in the source tree and in perennial-schemas.jar.
RELEASED = Path(__file__).resolve().parents[3] / "schemas/src/main/resources/perennial/schemas/released"


def _row(value):
    for _ in range(8):
        value = (value >> 1) ^ (EMPTY & -(value & 1))
    return value


TABLE = [_row(i) for i in range(256)]


def fingerprint(schema):
    """The CRC-64-AVRO of a schema's canonical form, in the order of bytes that records have it."""
    crc = EMPTY
    for byte in schema.canonical_form.encode():
        crc = (crc >> 8) ^ TABLE[(crc ^ byte) & 0xFF]
    return struct.pack("<Q", crc)


def schemas(record):
    """All released schemas of a record, oldest first."""
    files = sorted(RELEASED.glob(f"*/{record}.avsc"), key=lambda file: [int(part) for part in file.parent.name.split(".")])
    return [avro.schema.parse(file.read_text()) for file in files]


class Writer:
    """Encodes records of one kind, given as dictionaries."""

    def __init__(self, record):
        schema = schemas(record)[-1]
        self.header = MARKER + fingerprint(schema)
        self.writer = avro.io.DatumWriter(schema)

    def encode(self, value):
        out = io.BytesIO(self.header)
        out.seek(0, io.SEEK_END)
        self.writer.write(value, avro.io.BinaryEncoder(out))
        return out.getvalue()


class Reader:
    """Decodes records of some kinds; others are None."""

    def __init__(self, *records):
        self.readers = {}
        for record in records:
            released = schemas(record)
            for schema in released:
                self.readers[fingerprint(schema)] = (record, avro.io.DatumReader(schema, released[-1]))

    def decode(self, data):
        """The name of the record and its fields as a dictionary."""
        name, reader = self.readers.get(data[2:10], (None, None)) if data[:2] == MARKER else (None, None)
        if reader is None:
            return None
        return name, reader.read(avro.io.BinaryDecoder(io.BytesIO(data[10:])))
