"""What passes between nodes, as docs/spec/ defines it: bytes in, values out. No Django, no clock, no network.

==============  ==============================================================================
strict          sizes, base64url, exact fields, bodies read by a strict model
keys            ``SecretKeys``, ``PublicKeys``, fingerprints and the words that are read out over the phone
signed          one shape for all that is signed: ``sign(kind, body, keys)``, ``read(raw, kind, keys)``
card            an authority's signed description of itself: ``issue``, ``read``, ``demand_successor``
envelope        a sealed act at its place in a channel: ``seal``, ``read``, ``open_sealed``
push            a batch of envelopes under one signed head: ``build``, ``read``, ``Position``
receipt         how far the receiver holds the channel, and what it refused: ``issue``, ``read``
blob            large files in sealed chunks: ``seal_stream``, ``open_stream``, ``check_chunk``, ``Manifest``
tlog            the append-only Merkle tree over tiles, with its proofs
checkpoint      the log's signed head as a C2SP note: ``sign``, ``read``, ``verifier_keys``
==============  ==============================================================================
"""
